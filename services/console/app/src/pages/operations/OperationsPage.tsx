import { useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "../../api/keys";
import { Can } from "../../app/me";
import { useI18n } from "../../i18n/I18n";
import { LiveBadge } from "../../live/LiveBadge";
import { pollEvery, useLive } from "../../live/Live";
import { useThrottled } from "../../live/useThrottled";
import { PageHeader } from "../../ui/PageHeader";
import { Checklist } from "./Checklist";
import { OperationsNav } from "./OperationsNav";
import { QueueCard } from "./QueueCard";
import { queueQuery } from "./queries";
import { RestartQueue } from "./RestartQueue";
import { WorkersCard } from "./WorkersCard";
import "./operations.css";

const CALM_MS = 2_000;

export function OperationsPage() {
  const { t } = useI18n();
  const client = useQueryClient();
  const lookAgain = useThrottled(() => void client.invalidateQueries({ queryKey: keys.operation("workers") }), CALM_MS);
  const status = useLive({}, (events) => {
    for (const event of events) if (event.kind === "queue") client.setQueryData(queueQuery.queryKey, event.data);
    lookAgain();
  });
  const queue = useQuery({ ...queueQuery, refetchInterval: pollEvery(status) });
  return (
    <div className="stack">
      <PageHeader title={t("operations.title")} lead={t("operations.lead")} beside={<LiveBadge status={status} />}>
        <Can role="operator">
          <RestartQueue later={queue.data?.later ?? 0} />
        </Can>
      </PageHeader>
      <OperationsNav />
      <Checklist />
      <QueueCard query={queue} />
      <WorkersCard />
    </div>
  );
}
