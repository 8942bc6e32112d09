import type { InstanceOut } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { Badge, StateBadge } from "../../../ui/Badge";
import { Link } from "../../../ui/Link";
import { Meter } from "../../../ui/Meter";
import { type Column, Table } from "../../../ui/Table";
import { Elapsed, Time } from "../../../ui/Values";
import { errorOf, isLive, shownStatus } from "../data/states";
import { lookOf } from "../../../ui/states";
import { useTriggerWords } from "../../../said/words";

/** Instances as rows. */
export function InstanceTable({ rows }: { rows: readonly InstanceOut[] }) {
  const { t } = useI18n();
  const triggered = useTriggerWords();
  const columns: readonly Column<InstanceOut>[] = [
    { key: "instance", label: t("instances.instance"), isHeader: true, cell: (row) => <Name row={row} /> },
    { key: "status", label: t("instances.status"), cell: (row) => <Status row={row} /> },
    { key: "progress", label: t("instances.steps"), cell: (row) => <Steps row={row} /> },
    { key: "created", label: t("instances.created"), isNumber: true, isSecondary: true, cell: (row) => <Time at={row.created_at} /> },
    {
      key: "duration", label: t("instances.duration"), isNumber: true, isSecondary: true,
      cell: (row) => <Elapsed from={row.started_at} until={row.finished_at} />,
    },
    { key: "trigger", label: t("instances.trigger"), isSecondary: true, cell: (row) => triggered(row.trigger) },
  ];
  return <Table label={t("instances.title")} columns={columns} rows={rows} rowKey={({ id }) => id} />;
}

function Name({ row }: { row: InstanceOut }) {
  const { t } = useI18n();
  const error = errorOf(row);
  const what = row.failed_step && error ? `${row.failed_step}: ${error}` : error;
  return (
    <div className="instance-name">
      <span>
        <Link to="/instances/:id" params={{ id: row.id }} look="row">
          {row.definition} <span className="number">#{row.id}</span>
        </Link>{" "}
        <span className="faint">
          {t("instances.version", { version: String(row.version) })}
          <span className="instance-name__when">
            {" · "}
            <Time at={row.created_at} />
          </span>
        </span>
      </span>
      {what && (
        <span className="instance-name__error" title={what}>
          {what}
        </span>
      )}
    </div>
  );
}

function Status({ row }: { row: InstanceOut }) {
  const { t } = useI18n();
  return (
    <span className="row">
      <StateBadge state={shownStatus(row)} />
      {row.rehearsal && <Badge {...lookOf("rehearsal")}>{t("words.rehearsal")}</Badge>}
    </span>
  );
}

function Steps({ row }: { row: InstanceOut }) {
  const { t, format } = useI18n();
  if (row.total_steps === 0) return <span className="faint">–</span>;
  const words = t("instances.ofSteps", { done: row.done_steps, total: row.total_steps });
  return (
    <span className="instance-steps">
      {isLive(row) && <Meter label={words} share={row.done_steps / row.total_steps} />}
      <span className="number" title={words}>
        {format.count(row.done_steps)}/{format.count(row.total_steps)}
      </span>
    </span>
  );
}
