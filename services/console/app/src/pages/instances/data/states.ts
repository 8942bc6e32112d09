import type { InstanceOut, StepOut } from "../../../api/schema";

type Standing = Pick<StepOut, "state" | "reason">;

/** How a step is shown: waiting for something outside, and for its shards, look like what they are. */
export function shownState({ state, reason }: Standing): string {
  if (state === "ready" && reason?.startsWith("snoozed")) return "snoozed";
  if (state === "pending" && reason === "spread") return "running";
  return state;
}

type Going = Pick<InstanceOut, "status" | "cancel_requested">;

export const isLive = ({ status }: Pick<InstanceOut, "status">): boolean => status === "pending" || status === "running";

/** What only tried a step, or a draft, is tried again and not continued. */
export const canRetry = ({ status, rehearsal }: Pick<InstanceOut, "status" | "rehearsal">): boolean =>
  (status === "failed" || status === "cancelled") && !rehearsal?.["step"] && !isOfDraft({ rehearsal });

export const isOfDraft = ({ rehearsal }: Pick<InstanceOut, "rehearsal">): boolean => rehearsal?.["draft"] === true;

export const shownStatus = (instance: Going): string =>
  instance.cancel_requested && isLive(instance) ? "cancelling" : instance.status;

const doneStates: ReadonlySet<string> = new Set(["succeeded", "failed", "skipped", "upstream_failed", "cancelled"]);

export const isDone = ({ state }: Pick<StepOut, "state">): boolean => doneStates.has(state);

/** How many steps stand in each state as it is shown, those that need a look first. */
export function tally(steps: readonly Standing[]): readonly { state: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const step of steps) counts.set(shownState(step), (counts.get(shownState(step)) ?? 0) + 1);
  const order = ["failed", "upstream_failed", "running", "snoozed", "ready", "pending", "succeeded", "skipped", "cancelled"];
  const rank = (state: string) => (order.indexOf(state) + order.length + 1) % (order.length + 1);
  return [...counts].map(([state, count]) => ({ state, count })).sort((one, other) => rank(one.state) - rank(other.state));
}

export interface ItemProgress {
  done: number;
  total: number | null;
}

/** What a running step says of its items; null: it says nothing. */
export function progressOf({ progress }: Pick<StepOut, "progress">): ItemProgress | null {
  const done = progress?.["done"];
  const total = progress?.["total"];
  if (typeof done !== "number") return null;
  return { done, total: typeof total === "number" ? total : null };
}

/** Why an instance failed; the step that it names first is left out, for it is said beside it. */
export function errorOf({ failed_step: step, error }: Pick<InstanceOut, "failed_step" | "error">): string | null {
  const named = `step '${step}' failed: `;
  return error?.startsWith(named) ? error.slice(named.length) : error;
}
