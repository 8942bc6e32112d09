import type { DefinitionSummary } from "../../../api/schema";
import { Sparkline } from "../../../charts";
import { useI18n } from "../../../i18n/I18n";
import { Badge, StateBadge } from "../../../ui/Badge";
import { Link } from "../../../ui/Link";
import { type Column, type Sort, Table } from "../../../ui/Table";
import { Count, Time } from "../../../ui/Values";
import { Spent } from "../one/Spent";
import { lastRun } from "./chosen";

interface DefinitionTableProps {
  rows: readonly DefinitionSummary[];
  sort: Sort;
  onSort: (sort: Sort) => void;
}

/** The definitions as rows: how they fare, when they fire, what they cost. */
export function DefinitionTable({ rows, sort, onSort }: DefinitionTableProps) {
  const { t } = useI18n();
  const columns: readonly Column<DefinitionSummary>[] = [
    { key: "name", label: t("definitions.definition"), isHeader: true, isSortable: true, cell: (row) => <Name row={row} /> },
    { key: "last", label: t("definitions.last"), isSortable: true, cell: (row) => <Last row={row} /> },
    { key: "runs", label: t("definitions.lastRuns"), isSecondary: true, cell: (row) => <Sparkline runs={row.last_runs} /> },
    { key: "running", label: t("definitions.running"), isNumber: true, isSortable: true, isSecondary: true, cell: ({ running }) => <Count value={running} /> },
    { key: "next", label: t("definitions.next"), isNumber: true, isSortable: true, isSecondary: true, cell: (row) => <Next row={row} /> },
    { key: "cost", label: t("definitions.cost30"), isNumber: true, isSortable: true, cell: (row) => <Spent row={row} /> },
  ];
  return <Table label={t("definitions.title")} columns={columns} rows={rows} rowKey={({ name }) => name} sort={sort} onSort={onSort} />;
}

function Name({ row }: { row: DefinitionSummary }) {
  const { t } = useI18n();
  return (
    <div className="definition-name">
      <span className="row">
        <Link to="/definitions/:name" params={{ name: row.name }} look="row">
          {row.name}
        </Link>
        {!row.enabled && <StateBadge state="disabled" title={t("definitions.disabledTitle")} />}
        {row.problem !== null && (
          <Badge tone="bad" icon="alert" title={row.problem}>
            {t("definitions.cannotFire")}
          </Badge>
        )}
      </span>
      {row.description && <span className="definition-name__about">{row.description}</span>}
    </div>
  );
}

function Last({ row }: { row: DefinitionSummary }) {
  const { t } = useI18n();
  const last = lastRun(row);
  if (last === undefined) return <span className="faint definition-never">{t("definitions.never")}</span>;
  return (
    <span className="definition-last">
      <StateBadge state={last.status} />
      <span className="faint">
        <Link to="/instances/:id" params={{ id: last.id }}>
          <span className="hidden">{t("instances.instance")} </span>#{last.id}
        </Link>{" "}
        <Time at={last.created_at} />
      </span>
    </span>
  );
}

function Next({ row }: { row: DefinitionSummary }) {
  const { t } = useI18n();
  if (row.next_fire_at) return <Time at={row.next_fire_at} />;
  return <span className="faint">{row.cron === null ? t("definitions.byHand") : "–"}</span>;
}
