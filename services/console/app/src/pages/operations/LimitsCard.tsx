import { useQuery } from "@tanstack/react-query";
import type { LimitOut } from "../../api/schema";
import { useI18n } from "../../i18n/I18n";
import { Answer } from "../../ui/Answer";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { Meter } from "../../ui/Meter";
import { type Column, Table } from "../../ui/Table";
import { Count } from "../../ui/Values";
import { limitsQuery } from "./queries";

const scopes = ["runner", "provider_calls", "provider_jobs"] as const;

export function LimitsCard() {
  const { t } = useI18n();
  const query = useQuery(limitsQuery);
  return (
    <Card title={t("operations.limits")} isFlush>
      <Answer query={query}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty icon="info" headingLevel={3} title={t("operations.noLimits")} lead={t("operations.noLimitsLead")} />
          ) : (
            <LimitsTable limits={data} />
          )
        }
      </Answer>
    </Card>
  );
}

function LimitsTable({ limits }: { limits: readonly LimitOut[] }) {
  const { t } = useI18n();
  const scopeWords = (scope: string) => {
    const known = scopes.find((one) => one === scope);
    return known ? t(`operations.scope_${known}`) : scope;
  };
  const columns: Column<LimitOut>[] = [
    { key: "name", label: t("operations.limitOf"), isHeader: true, cell: ({ name }) => name },
    { key: "scope", label: t("operations.scope"), cell: ({ scope }) => scopeWords(scope) },
    { key: "running", label: t("operations.atOnce"), isNumber: true, cell: (one) => <Used used={one.running} most={one.max_running} /> },
    { key: "minute", label: t("operations.perMinute"), isNumber: true, cell: (one) => <Used used={one.begun_last_minute} most={one.max_per_minute} /> },
    { key: "waiting", label: t("operations.waiting"), isNumber: true, cell: ({ waiting }) => <Count value={waiting} /> },
  ];
  return <Table label={t("operations.limits")} columns={columns} rows={limits} rowKey={({ scope, name }) => `${scope} ${name}`} />;
}

function Used({ used, most }: { used: number; most: number | null }) {
  const { t, format } = useI18n();
  if (most === null) return <span className="faint">{t("operations.unlimited")}</span>;
  const share = most > 0 ? used / most : 1;
  return (
    <span className="meter-cell">
      <Meter label={t("operations.used")} share={share} tone={share >= 1 ? "warn" : "info"} />
      {format.count(used)} / {format.count(most)}
    </span>
  );
}
