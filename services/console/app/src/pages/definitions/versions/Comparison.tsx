import { useQuery } from "@tanstack/react-query";
import type { VersionSummary } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { Button } from "../../../ui/Button";
import { Card } from "../../../ui/Card";
import { SelectField } from "../../../ui/Field";
import { Loading } from "../../../ui/Loading";
import { ProblemView } from "../../../ui/ProblemView";
import { diffQuery } from "../data/queries";
import { ChangeView } from "./ChangeView";
import type { Pair } from "./compared";

interface ComparisonProps {
  name: string;
  versions: readonly VersionSummary[];
  pair: Pair;
  onChange: (pair: Pair) => void;
}

/** What differs between two versions, in words and side by side. */
export function Comparison({ name, versions, pair, onChange }: ComparisonProps) {
  const { t } = useI18n();
  const options = versions.map(({ version, edited_by }) => ({
    value: String(version),
    label: t("definitions.versionBy", { version: String(version), who: edited_by }),
  }));
  return (
    <Card title={t("definitions.differences")}>
      <div className="stack">
        <div className="tools">
          <SelectField label={t("definitions.from")} value={String(pair.from)} options={options} onChange={(from) => onChange({ ...pair, from: Number(from) })} />
          <Button kind="quiet" onClick={() => onChange({ from: pair.to, to: pair.from })}>
            {t("definitions.swap")}
          </Button>
          <SelectField label={t("definitions.to")} value={String(pair.to)} options={options} onChange={(to) => onChange({ ...pair, to: Number(to) })} />
        </div>
        <Differences name={name} pair={pair} />
      </div>
    </Card>
  );
}

/** The changes from one version to another. */
export function Differences({ name, pair }: { name: string; pair: Pair }) {
  const { t } = useI18n();
  const { data, error, refetch } = useQuery(diffQuery(name, pair.from, pair.to));
  if (error) return <ProblemView error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  if (data.changes.length === 0) return <p className="soft">{t("definitions.same")}</p>;
  return (
    <ul className="definition-changes" aria-label={t("definitions.differences")}>
      {data.changes.map((change) => (
        <li key={change.path}>
          <ChangeView change={change} />
        </li>
      ))}
    </ul>
  );
}
