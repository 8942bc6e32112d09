import type { SetOut } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { Badge, StateBadge } from "../../../ui/Badge";
import { Link } from "../../../ui/Link";
import { type Column, Table } from "../../../ui/Table";
import { Count, Time } from "../../../ui/Values";
import { StateBar } from "../StateBar";

export function SetsTable({ sets }: { sets: readonly SetOut[] }) {
  const { t } = useI18n();
  return <Table label={t("explanations.sets")} columns={useColumns()} rows={sets} rowKey={({ id }) => id} />;
}

function useColumns(): Column<SetOut>[] {
  const { t } = useI18n();
  return [
    { key: "id", label: t("explanations.set"), isHeader: true, cell: (set) => <SetLink id={set.id} /> },
    { key: "total", label: t("explanations.questions"), isNumber: true, cell: (set) => <Count value={set.total} /> },
    { key: "stands", label: t("explanations.howItStands"), cell: (set) => <Stands set={set} /> },
    { key: "work", label: t("explanations.atWork"), cell: (set) => <AtWork set={set} /> },
    { key: "created", label: t("explanations.created"), isNumber: true, cell: (set) => <Time at={set.created_at} /> },
  ];
}

const SetLink = ({ id }: { id: string }) => (
  <Link to="/explanations/sets/:set" params={{ set: id }} look="row">
    {id}
  </Link>
);

function Stands({ set }: { set: SetOut }) {
  const { t } = useI18n();
  return (
    <span className="set-stands">
      <StateBar counts={set} />
      <span className="soft number">{t("explanations.summary", { completed: set.completed, total: set.total })}</span>
      {set.failed > 0 && (
        <span className="row">
          <StateBadge state="failed" /> <Count value={set.failed} />
        </span>
      )}
    </span>
  );
}

function AtWork({ set }: { set: SetOut }) {
  const { t } = useI18n();
  if (set.jobs > 0) return <StateBadge state="running" />;
  return set.pending > 0 ? <StateBadge state="pending" /> : <Badge tone="quiet">{t("explanations.idle")}</Badge>;
}
