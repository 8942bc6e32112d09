import type { JobOut, QueueStatus, SetQueueOut } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { StateBadge } from "../../../ui/Badge";
import { Card } from "../../../ui/Card";
import { Link } from "../../../ui/Link";
import { Count, Percent, Time } from "../../../ui/Values";
import { isAtWork } from "../queries";
import { StateBar } from "../StateBar";
import { sharesOf } from "../states";

interface SummaryProps {
  queue: SetQueueOut;
  /** When it was read, as milliseconds. */
  readAt: number;
}

export function Summary({ queue, readAt }: SummaryProps) {
  const { t } = useI18n();
  const counts = queue.queueStatus;
  return (
    <Card
      title={t("explanations.summary", { completed: counts.completed, total: counts.total })}
      aside={
        <span className="faint">
          {t("explanations.refreshed")} <Time at={new Date(readAt).toISOString()} />
        </span>
      }
    >
      <div className="stack">
        <StateBar counts={counts} />
        <ul className="state-legend">
          {sharesOf(counts).map(({ state, count, share }) => (
            <li key={state}>
              <StateBadge state={state} />
              <strong>
                <Count value={count} />
              </strong>
              <span className="faint">
                <Percent share={share} />
              </span>
            </li>
          ))}
        </ul>
        <p role="status" className="soft">
          {!isAtWork(queue) && <Ended counts={counts} />}
        </p>
        {queue.backgroundJobs.length > 0 && <Jobs jobs={queue.backgroundJobs} />}
      </div>
    </Card>
  );
}

function Ended({ counts: { total, completed, failed, pending, generating } }: { counts: QueueStatus }) {
  const { t } = useI18n();
  if (total === 0 || pending + generating > 0) return null;
  return failed === 0 ? t("explanations.allCompleted", { total }) : t("explanations.allEnded", { completed, failed });
}

function Jobs({ jobs }: { jobs: readonly JobOut[] }) {
  const { t } = useI18n();
  return (
    <div className="row">
      <span className="faint">{t("explanations.jobs")}</span>
      {jobs.map((job) => (
        <span key={job.instance_id} className="row">
          <Link to="/instances/:id" params={{ id: job.instance_id }}>
            {job.definition} #{job.instance_id}
          </Link>
          <StateBadge state={job.status} />
        </span>
      ))}
    </div>
  );
}
