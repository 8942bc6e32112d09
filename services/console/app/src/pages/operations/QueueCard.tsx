import type { UseQueryResult } from "@tanstack/react-query";
import type { QueueOut } from "../../api/schema";
import { useI18n } from "../../i18n/I18n";
import { Answer } from "../../ui/Answer";
import { Badge } from "../../ui/Badge";
import { Card } from "../../ui/Card";
import { Facts } from "../../ui/Facts";
import { Count, Elapsed } from "../../ui/Values";

export function QueueCard({ query }: { query: UseQueryResult<QueueOut> }) {
  const { t } = useI18n();
  return (
    <Card title={t("operations.queue")} aside={query.data && <Standing queue={query.data} />}>
      <Answer query={query} rows={3}>
        {(queue) => (
          <div className="queue-facts">
            <Facts
              facts={[
                { name: t("operations.due"), value: <Count value={queue.due} /> },
                { name: t("operations.oldestDue"), value: <Elapsed from={queue.oldest_due_at} /> },
                { name: t("operations.later"), value: <Count value={queue.later} /> },
                { name: t("operations.stepsRunning"), value: <Count value={queue.running} /> },
                { name: t("operations.oldestRunning"), value: <Elapsed from={queue.oldest_started_at} /> },
                { name: t("operations.workersBusy"), value: <Count value={queue.workers} /> },
                { name: t("operations.instancesRunning"), value: <Count value={queue.running_instances} /> },
                { name: t("operations.instancesPending"), value: <Count value={queue.pending_instances} /> },
              ]}
            />
          </div>
        )}
      </Answer>
    </Card>
  );
}

function Standing({ queue }: { queue: QueueOut }) {
  const { t } = useI18n();
  if (queue.overdue > 0)
    return (
      <Badge tone="bad" icon="alert">
        {t("operations.overdueLeases", { count: queue.overdue })}
      </Badge>
    );
  if (queue.due > 0 && queue.workers === 0)
    return (
      <Badge tone="warn" icon="alert">
        {t("operations.nobodyWorks")}
      </Badge>
    );
  return queue.due + queue.running === 0 ? <Badge icon="pause">{t("operations.queueIdle")}</Badge> : null;
}
