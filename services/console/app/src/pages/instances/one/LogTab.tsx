import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { api, body } from "../../../api/client";
import { keys } from "../../../api/keys";
import type { EventOut } from "../../../api/schema";
import { setQuery } from "../../../app/navigation";
import { useI18n } from "../../../i18n/I18n";
import { useSaid } from "../../../said";
import { Card } from "../../../ui/Card";
import { Empty } from "../../../ui/Empty";
import { Icon, type IconName } from "../../../ui/Icon";
import { Loading } from "../../../ui/Loading";
import { ProblemView } from "../../../ui/ProblemView";
import type { Tone } from "../../../ui/states";
import { Time } from "../../../ui/Values";
import { VirtualList } from "../../../ui/VirtualList";
import type { TabProps } from "./InstanceTabs";
import { StepField } from "./StepField";

const ROWS = 200;
const ROW = 34;
const HEIGHT = 560;

/** What happened, in the order in which it did. */
export function LogTab({ instance, steps, query, onSelect }: TabProps) {
  const { t } = useI18n();
  const step = query["of"] ?? "";
  const { log, rows } = useLog(instance.id, step);
  const { fetchNextPage } = log;
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  return (
    <div className="stack">
      <div className="tools">
        <StepField steps={steps} value={step} onChange={(of) => setQuery({ of })} all={t("ui.all")} />
      </div>
      {log.isPending && <Loading />}
      {log.error && <ProblemView error={log.error} onRetry={() => void log.refetch()} />}
      {log.data && rows.length === 0 && <Empty icon="text" title={t("instances.logEmpty")} lead={t("instances.logEmptyLead")} />}
      {rows.length > 0 && (
        <Card isFlush title={t("instances.log")}>
          <VirtualList
            label={t("instances.log")}
            rows={rows}
            rowKey={({ at, step_key, shard, attempt, event }) => `${at} ${step_key} ${shard} ${attempt} ${event}`}
            rowHeight={ROW}
            height={Math.min(HEIGHT, rows.length * ROW + 4)}
            hasMore={log.hasNextPage && log.error === null}
            isLoading={log.isFetchingNextPage}
            onMore={more}
          >
            {(event) => <LogRow event={event} onSelect={onSelect} />}
          </VirtualList>
        </Card>
      )}
    </div>
  );
}

const looks: Readonly<Record<string, { tone: Tone; icon: IconName }>> = {
  error: { tone: "bad", icon: "cross" },
  warning: { tone: "warn", icon: "warn" },
};

function LogRow({ event, onSelect }: { event: EventOut; onSelect: (step: string) => void }) {
  const said = useSaid();
  const { tone, icon } = looks[event.level] ?? { tone: "neutral", icon: "dot" };
  const step = event.step_key;
  return (
    <div className={`log-row tone--${tone}`}>
      <Time at={event.at} form="clock" />
      <Icon name={icon} size={14} />
      {step === null ? (
        <span />
      ) : (
        <button type="button" className="link-button log-row__step" onClick={() => onSelect(step)}>
          {step}
          {event.shard !== null && event.shard > 0 && `:${event.shard}`}
        </button>
      )}
      <span className="log-row__words" title={event.event}>
        {said("happenings", event, event.words)}
      </span>
    </div>
  );
}

function useLog(id: number, step: string) {
  const log = useInfiniteQuery({
    queryKey: keys.instancePart(id, "log", step),
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: ROWS, ...(step && { step }), ...(pageParam && { after: pageParam }) };
      return body(api.GET("/instances/{instance_id}/log", { params: { path: { instance_id: id }, query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next ?? null,
  });
  const rows: readonly EventOut[] = log.data?.pages.flatMap(({ data }) => data) ?? [];
  return { log, rows };
}
