import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { LeaseOut, WorkerOut } from "../../api/schema";
import { useI18n } from "../../i18n/I18n";
import { Answer } from "../../ui/Answer";
import { Badge } from "../../ui/Badge";
import { Button } from "../../ui/Button";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { Link } from "../../ui/Link";
import { type Column, Table } from "../../ui/Table";
import { Count, Elapsed, Time } from "../../ui/Values";
import { leasesQuery, workersQuery } from "./queries";

/** Who holds steps; a worker that is chosen shows which. */
export function WorkersCard() {
  const { t } = useI18n();
  const query = useQuery(workersQuery);
  const [chosen, setChosen] = useState<string | null>(null);
  const isThere = query.data?.data.some(({ worker }) => worker === chosen) ?? false;
  return (
    <>
      <Card title={t("operations.workers")} isFlush>
        <Answer query={query}>
          {({ data }) =>
            data.length === 0 ? (
              <Empty icon="runner" headingLevel={3} title={t("operations.noWorkers")} lead={t("operations.noWorkersLead")} />
            ) : (
              <WorkersTable workers={data} chosen={chosen} onChoose={setChosen} />
            )
          }
        </Answer>
      </Card>
      {chosen !== null && isThere && <LeasesCard worker={chosen} />}
    </>
  );
}

interface WorkersTableProps {
  workers: readonly WorkerOut[];
  chosen: string | null;
  onChoose: (worker: string | null) => void;
}

function WorkersTable({ workers, chosen, onChoose }: WorkersTableProps) {
  const { t } = useI18n();
  const columns: Column<WorkerOut>[] = [
    { key: "worker", label: t("operations.worker"), isHeader: true, cell: ({ worker }) => <span className="name">{worker}</span> },
    { key: "running", label: t("operations.stepsHeld"), isNumber: true, cell: ({ running }) => <Count value={running} /> },
    { key: "since", label: t("operations.longest"), isNumber: true, isSecondary: true, cell: (one) => <Elapsed from={one.oldest_started_at} /> },
    { key: "lease", label: t("operations.lease"), cell: (one) => <Lease isOverdue={one.overdue > 0} until={one.lease_expires_at} /> },
    { key: "runners", label: t("operations.runners"), isSecondary: true, cell: ({ runners }) => runners.join(", ") },
    {
      key: "open", label: t("operations.showSteps"), isLabelHidden: true, isNumber: true, isAction: true,
      cell: ({ worker }) => (
        <Button size="small" kind="quiet" aria-expanded={worker === chosen} onClick={() => onChoose(worker === chosen ? null : worker)}>
          {worker === chosen ? t("operations.hideSteps") : t("operations.showSteps")}
        </Button>
      ),
    },
  ];
  return (
    <Table label={t("operations.workers")} columns={columns} rows={workers} rowKey={({ worker }) => worker} isSelected={({ worker }) => worker === chosen} />
  );
}

function Lease({ isOverdue, until }: { isOverdue: boolean; until: string }) {
  const { t } = useI18n();
  if (isOverdue)
    return (
      <Badge tone="bad" icon="alert">
        {t("operations.overdue")}
      </Badge>
    );
  return <Time at={until} />;
}

function LeasesCard({ worker }: { worker: string }) {
  const { t } = useI18n();
  const query = useQuery(leasesQuery(worker));
  const columns: Column<LeaseOut>[] = [
    {
      key: "step", label: t("operations.step"), isHeader: true,
      cell: (lease) => (
        <Link look="row" to="/instances/:id/steps/:step" params={{ id: lease.instance_id, step: lease.step_key }}>
          {lease.step_key}
          {lease.shard > 0 && ` · ${lease.shard}`}
        </Link>
      ),
    },
    {
      key: "instance", label: t("operations.instance"),
      cell: (lease) => (
        <Link to="/instances/:id" params={{ id: lease.instance_id }}>
          {lease.definition} #{lease.instance_id}
        </Link>
      ),
    },
    { key: "runner", label: t("operations.runner"), isSecondary: true, cell: ({ runner }) => runner },
    { key: "attempt", label: t("operations.attempt"), isNumber: true, cell: ({ attempt }) => <Count value={attempt} /> },
    { key: "since", label: t("operations.runsFor"), isNumber: true, cell: (lease) => <Elapsed from={lease.started_at} /> },
    { key: "lease", label: t("operations.lease"), cell: (lease) => <Lease isOverdue={lease.is_overdue} until={lease.lease_expires_at} /> },
    {
      key: "cancel", label: t("operations.asked"),
      cell: (lease) => (lease.cancel_requested ? <Badge tone="warn" icon="stop">{t("words.cancelling")}</Badge> : null),
    },
  ];
  return (
    <Card title={t("operations.leasesOf", { worker })} isFlush>
      <Answer query={query}>
        {({ data }) => <Table label={t("operations.leasesOf", { worker })} columns={columns} rows={data} rowKey={({ id }) => id} />}
      </Answer>
    </Card>
  );
}
