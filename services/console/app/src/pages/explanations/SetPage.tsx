import { useState } from "react";
import type { SetQueueOut } from "../../api/schema";
import { Can } from "../../app/me";
import type { PageProps } from "../../app/routes";
import { useI18n } from "../../i18n/I18n";
import { LiveBadge } from "../../live/LiveBadge";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Empty";
import { Link } from "../../ui/Link";
import { Loading } from "../../ui/Loading";
import { PageHeader } from "../../ui/PageHeader";
import { Problem } from "../../api/problem";
import { isAtWork, useQueue } from "./queries";
import { Refused } from "./Refused";
import { Restart } from "./Restart";
import { QuestionsByState } from "./sets/QuestionsByState";
import { RetryFailed } from "./sets/RetryFailed";
import { Stuck } from "./sets/Stuck";
import { Summary } from "./sets/Summary";
import { useRefresh } from "./useRefresh";
import { hasEnded } from "./states";
import { UploadDialog } from "./upload/UploadDialog";

export function SetPage({ params: { set } }: PageProps<"/explanations/sets/:set">) {
  const { t } = useI18n();
  const { queue, status } = useQueue(set);
  const { refresh, isRefreshing } = useRefresh();
  return (
    <div className="stack">
      <PageHeader
        title={set}
        above={<Link to="/explanations">{t("explanations.sets")}</Link>}
        beside={queue.data && !hasEnded(queue.data) && <LiveBadge status={status} />}
      >
        <Button icon="refresh" isBusy={isRefreshing} onClick={refresh}>
          {t("ui.refresh")}
        </Button>
        {queue.data && <Actions set={set} queue={queue.data} />}
      </PageHeader>
      {queue.isPending && <Loading />}
      {queue.error && <NoQueue set={set} error={queue.error} onRetry={() => void queue.refetch()} />}
      {queue.data && (
        <>
          <Stuck queue={queue.data} />
          <Summary queue={queue.data} readAt={queue.dataUpdatedAt} />
          <QuestionsByState set={set} counts={queue.data.queueStatus} isAtWork={isAtWork(queue.data)} />
        </>
      )}
    </div>
  );
}

function Actions({ set, queue }: { set: string; queue: SetQueueOut }) {
  const { t } = useI18n();
  const [isUploading, setIsUploading] = useState(false);
  const { failed } = queue.queueStatus;
  return (
    <Can role="operator">
      {failed > 0 && <RetryFailed set={set} count={failed} />}
      <Restart />
      <Button kind="primary" icon="upload" onClick={() => setIsUploading(true)}>
        {t("explanations.add")}
      </Button>
      {isUploading && (
        <UploadDialog set={set} onClose={() => setIsUploading(false)} onUploaded={() => setIsUploading(false)} />
      )}
    </Can>
  );
}

function NoQueue({ set, error, onRetry }: { set: string; error: Error; onRetry: () => void }) {
  const { t } = useI18n();
  if (!(error instanceof Problem && error.status === 404)) return <Refused error={error} onRetry={onRetry} />;
  return (
    <Empty title={t("explanations.setGoneTitle", { set })} lead={t("explanations.setGoneLead")}>
      <Link to="/explanations" look="button">
        {t("explanations.sets")}
      </Link>
    </Empty>
  );
}
