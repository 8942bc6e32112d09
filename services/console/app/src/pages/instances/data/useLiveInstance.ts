import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { keys } from "../../../api/keys";
import type { InstanceDetail, StepOut } from "../../../api/schema";
import type { InstanceSeen, LiveEvent, StepSeen } from "../../../live/events";
import type { LiveStatus } from "../../../live/Feed";
import { pollEvery, useLive } from "../../../live/Live";
import { useThrottled } from "../../../live/useThrottled";
import { withSeen, withStepsSeen } from "./patches";
import { instanceQuery, stepsQuery } from "./queries";

const PARTS_MS = 3_000;
/** Parts that events are written into, that are read again by their own clock, or only when somebody asks. */
const apart: ReadonlySet<unknown> = new Set(["steps", "eta", "items"]);

/**
 * An instance and its steps, kept live by the stream of this instance. Events are written into what was read; what
 * they do not tell (attempts, money, why) is asked for again, at most once in three seconds and only where it is shown.
 */
export function useLiveInstance(id: number) {
  const client = useQueryClient();
  const refreshAll = useThrottled(() => void client.invalidateQueries({ queryKey: keys.instance(id) }), 200);
  const refreshParts = useThrottled(() => {
    const isPart = (key: readonly unknown[]) => key.length > 2 && !apart.has(key[2]);
    void client.invalidateQueries({ queryKey: keys.instance(id), predicate: ({ queryKey }) => isPart(queryKey) });
  }, PARTS_MS);

  const hearInstance = (seen: InstanceSeen) => {
    const { queryKey } = instanceQuery(id);
    const known = client.getQueryData<InstanceDetail>(queryKey);
    if (known === undefined) return;
    if (known.status !== seen.status || known.version !== seen.version) refreshAll();
    client.setQueryData<InstanceDetail>(queryKey, withSeen(known, seen));
  };
  const hearSteps = (seen: readonly StepSeen[]) => {
    const { queryKey } = stepsQuery(id);
    const known = client.getQueryData<readonly StepOut[]>(queryKey);
    if (known === undefined) return;
    const ids = new Set(known.map((step) => step.id));
    if (seen.some((step) => !ids.has(step.id))) refreshAll();
    client.setQueryData<readonly StepOut[]>(queryKey, withStepsSeen(known, seen));
  };
  const status = useLive({ instance: id }, (events: readonly LiveEvent[]) => {
    const steps: StepSeen[] = [];
    for (const event of events) {
      if (event.kind === "instance" && event.data.id === id) hearInstance(event.data);
      if (event.kind === "step" && event.data.instance_id === id) steps.push(event.data);
    }
    if (steps.length > 0) hearSteps(steps);
    if (events.some(({ kind }) => kind !== "queue")) refreshParts();
  });
  useCatchUp(status, refreshAll);
  const every = pollEvery(status);
  const instance = useQuery({ ...instanceQuery(id), refetchInterval: every });
  const steps = useQuery({ ...stepsQuery(id), refetchInterval: every });
  useEffect(() => {
    if (every === false) return;
    const timer = window.setInterval(refreshParts, every);
    return () => window.clearInterval(timer);
  }, [every, refreshParts]);
  return { instance, steps, status };
}

/** What happened between the first answers and the opening of the stream was told to nobody. */
function useCatchUp(status: LiveStatus, refresh: () => void): void {
  const before = useRef<LiveStatus>("live");
  useEffect(() => {
    if (status === "live" && before.current !== "live") refresh();
    before.current = status;
  }, [status, refresh]);
}
