import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { AttemptOut } from "../../../api/schema";
import { setQuery } from "../../../app/navigation";
import { Gantt } from "../../../charts";
import { useI18n } from "../../../i18n/I18n";
import { useStateWords } from "../../../ui/Badge";
import { Card } from "../../../ui/Card";
import { useNow } from "../../../ui/clock";
import { Empty } from "../../../ui/Empty";
import { SelectField } from "../../../ui/Field";
import { Loading } from "../../../ui/Loading";
import { ProblemView } from "../../../ui/ProblemView";
import { timelineQuery } from "../data/queries";
import { ganttRows, type TimelineWords } from "../data/timeline";
import type { TabProps } from "./InstanceTabs";

/** When each attempt waited and ran; of a parallel step, its shards when they are asked for. */
export function TimelineTab({ instance, content, query, chosen, onSelect }: TabProps) {
  const { t } = useI18n();
  const parallel = content.filter(({ isParallel }) => isParallel).map(({ key }) => key);
  const asked = query["shards"] ?? "";
  const shardsOf = parallel.includes(asked) ? asked : null;
  const timeline = useQuery(timelineQuery(instance.id, shardsOf));
  return (
    <div className="stack">
      {parallel.length > 0 && (
        <div className="tools">
          <SelectField
            label={t("instances.shardsOf")}
            value={shardsOf ?? ""}
            onChange={(shards) => setQuery({ shards })}
            options={[{ value: "", label: t("instances.allSteps") }, ...parallel.map((value) => ({ value, label: value }))]}
          />
        </div>
      )}
      {timeline.isPending && <Loading />}
      {timeline.error && <ProblemView error={timeline.error} onRetry={() => void timeline.refetch()} />}
      {timeline.data?.data.length === 0 && <Empty icon="clock" title={t("instances.noSteps")} lead={t("instances.noStepsLead")} />}
      {timeline.data && timeline.data.data.length > 0 && (
        <Card title={t("instances.timeline")} aside={<Legend />}>
          <Attempts
            attempts={timeline.data.data}
            until={instance.finished_at}
            chosen={chosen}
            onSelect={(key) => onSelect(key.split(":")[0] ?? key)}
          />
          {timeline.data.next && <p className="faint">{t("instances.timelineCut", { count: timeline.data.data.length })}</p>}
        </Card>
      )}
    </div>
  );
}

interface AttemptsProps {
  attempts: readonly AttemptOut[];
  until: string | null;
  chosen: string | null;
  onSelect: (key: string) => void;
}

function Attempts({ until, ...props }: AttemptsProps) {
  return until === null ? <Going {...props} /> : <Drawn {...props} now={Date.parse(until)} />;
}

function Going(props: Omit<AttemptsProps, "until">) {
  return <Drawn {...props} now={useNow().getTime()} />;
}

function Drawn({ attempts, chosen, onSelect, now }: Omit<AttemptsProps, "until"> & { now: number }) {
  const { t } = useI18n();
  const words = useTimelineWords();
  const rows = useMemo(() => ganttRows(attempts, words), [attempts, words]);
  return <Gantt label={t("instances.timeline")} rows={rows} now={now} selected={chosen} onSelect={onSelect} />;
}

function useTimelineWords(): TimelineWords {
  const { t } = useI18n();
  const state = useStateWords();
  // `state` follows from the language, as `t` does.
  return useMemo(
    () => ({
      wait: t("instances.waits"),
      attempt: (attempt, shown) => t("instances.attemptIs", { attempt, state: state(shown) }),
      shards: (done, total) => t("instances.shardsDone", { done, total }),
      shard: (shard) => t("steps.shard", { shard }),
    }),
    [t],
  );
}

function Legend() {
  const { t } = useI18n();
  return (
    <span className="legend" aria-hidden="true">
      <span className="legend__wait" /> {t("instances.waits")} <span className="legend__run" /> {t("instances.runs")}
    </span>
  );
}
