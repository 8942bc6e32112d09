import { useMemo } from "react";
import type { InstanceDetail, StepOut } from "../../../api/schema";
import type { DagNode } from "../../../graph";
import { useI18n } from "../../../i18n/I18n";
import { byKey, type StepContent } from "./shape";
import { type Shards, shardsIn } from "./shards";
import { isDone, progressOf, shownState } from "./states";

/** The steps of a version with their states. Of an instance that has none yet, each is pending. */
export function useNodes(instance: InstanceDetail, content: readonly StepContent[], steps: readonly StepOut[]): readonly DagNode[] {
  const { t, format } = useI18n();
  return useMemo(() => {
    const [known, shards] = [byKey(steps), shardsIn(instance.shards)];
    const noteOf = (step: StepOut): string | undefined => {
      const progress = isDone(step) ? null : progressOf(step);
      if (progress) return [progress.done, progress.total].flatMap((count) => (count === null ? [] : format.count(count))).join(" / ");
      const waits = step.state === "pending" && step.reason !== "spread" && step.waiting_on > 0;
      return waits ? t("steps.waitsFor", { count: step.waiting_on }) : undefined;
    };
    return content.map(({ key, runner, isParallel, isConditional }): DagNode => {
      const step = known.get(key);
      const shard = shards.get(key);
      const marks = [...(isParallel ? [shard ? `×${format.count(shard.total)}` : "×n"] : []), ...(isConditional ? ["if"] : [])];
      return {
        key,
        runner,
        state: step ? shownState(step) : "pending",
        note: step && noteOf(step),
        marks,
        progress: step && !isDone(step) ? share(step, shard) : null,
      };
    });
  }, [instance.shards, content, steps, t, format]);
}

function share(step: StepOut, shards: Shards | undefined): number | null {
  if (step.reason === "spread" && shards) return 1 - step.waiting_on / shards.total;
  const progress = progressOf(step);
  return progress?.total ? Math.min(1, progress.done / progress.total) : null;
}
