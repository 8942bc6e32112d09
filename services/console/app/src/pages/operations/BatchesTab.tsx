import { useInfiniteQuery } from "@tanstack/react-query";
import type { ProviderBatchOut } from "../../api/schema";
import { setQuery } from "../../app/navigation";
import type { Query } from "../../app/routes";
import { useI18n } from "../../i18n/I18n";
import { Answer } from "../../ui/Answer";
import { Badge } from "../../ui/Badge";
import { Button } from "../../ui/Button";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { CheckField } from "../../ui/Field";
import { Link } from "../../ui/Link";
import { Meter } from "../../ui/Meter";
import { MoreButton } from "../../ui/MoreButton";
import { type Column, Table } from "../../ui/Table";
import { Duration, Money, Time } from "../../ui/Values";
import { JobState } from "./JobState";
import { batchesQuery } from "./queries";
import "./operations.css";

/** Jobs at providers with their ages: those whose books are open, or all. */
export function BatchesTab({ query }: { query: Query }) {
  const { t } = useI18n();
  const isOpen = query["open"] !== "false";
  const instance = /^\d{1,15}$/.test(query["instance"] ?? "") ? Number(query["instance"]) : null;
  const jobs = useInfiniteQuery(batchesQuery(isOpen, instance));
  const label = t(isOpen ? "operations.openJobs" : "operations.allJobs");
  return (
    <>
      <div className="tools">
        <CheckField label={t("operations.onlyOpen")} isChecked={isOpen} onChange={(is) => setQuery({ open: is ? null : "false" })} />
        {instance !== null && (
          <Button size="small" icon="close" onClick={() => setQuery({ instance: null })}>
            {t("operations.ofInstance", { id: String(instance) })}
          </Button>
        )}
      </div>
      <Card title={label} isFlush>
        <Answer query={jobs}>
          {({ pages }) => {
            const rows = pages.flatMap(({ data }) => data);
            if (rows.length === 0) return <NoJobs isOpen={isOpen} />;
            return <JobsTable label={label} jobs={rows} />;
          }}
        </Answer>
        <MoreButton query={jobs} />
      </Card>
    </>
  );
}

function NoJobs({ isOpen }: { isOpen: boolean }) {
  const { t } = useI18n();
  return (
    <Empty icon="check" headingLevel={3} title={t(isOpen ? "operations.noOpenJobs" : "operations.noJobs")} lead={t("operations.noJobsLead")}>
      {isOpen && <Button onClick={() => setQuery({ open: "false" })}>{t("operations.showClosed")}</Button>}
    </Empty>
  );
}

function JobsTable({ label, jobs }: { label: string; jobs: readonly ProviderBatchOut[] }) {
  const { t, format } = useI18n();
  const columns: Column<ProviderBatchOut>[] = [
    {
      key: "job", label: t("operations.job"), isHeader: true,
      cell: (job) => (
        <>
          <div className="job__name">
            {job.provider} · {job.model}
          </div>
          <div className="faint prose">
            <Link to="/instances/:id/steps/:step" params={{ id: job.instance_id, step: job.step_key }}>
              #{job.instance_id} {job.step_key}
            </Link>{" "}
            · {t(job.mode === "batch" ? "operations.modeBatch" : job.mode === "live" ? "operations.modeLive" : "operations.modeFlex")}
            {job.is_simulated && ` · ${t("operations.simulated")}`}
          </div>
        </>
      ),
    },
    {
      key: "state", label: t("operations.state"),
      cell: (job) => (
        <span className="row">
          <JobState job={job} />
          <Overdue job={job} />
        </span>
      ),
    },
    {
      key: "items", label: t("operations.answers"), isNumber: true,
      cell: (job) => (
        <span className="meter-cell">
          <Meter label={t("operations.answers")} share={job.items > 0 ? job.done / job.items : null} tone={job.refused > 0 ? "warn" : "info"} />
          <span title={job.refused > 0 ? t("operations.noUse", { count: job.refused }) : undefined}>
            {format.count(job.done)} / {format.count(job.items)}
          </span>
        </span>
      ),
    },
    { key: "age", label: t("operations.age"), isNumber: true, cell: (job) => <Duration seconds={job.age_seconds} /> },
    { key: "poll", label: t("operations.nextPoll"), isNumber: true, isSecondary: true, cell: (job) => <Time at={job.next_poll_at} /> },
    { key: "deadline", label: t("operations.deadline"), isNumber: true, isSecondary: true, cell: (job) => <Time at={job.finished_at ? null : job.deadline_at} /> },
    { key: "money", label: t("operations.spent"), isNumber: true, isSecondary: true, cell: (job) => <Money usd={job.spent_usd} /> },
    { key: "reserved", label: t("operations.reserved"), isNumber: true, isSecondary: true, cell: (job) => <Money usd={job.reserved_usd} /> },
    { key: "error", label: t("operations.error"), isSecondary: true, cell: ({ error, provider_status }) => error ?? provider_status ?? "" },
  ];
  return <Table label={label} columns={columns} rows={jobs} rowKey={({ id }) => id} />;
}

function Overdue({ job: { is_overdue } }: { job: ProviderBatchOut }) {
  const { t } = useI18n();
  if (!is_overdue) return null;
  return (
    <Badge tone="bad" icon="alert">
      {t("operations.overdue")}
    </Badge>
  );
}
