import type { StepOut } from "../../../api/schema";
import { shownState, tally } from "./states";

interface By {
  key: string;
  isDescending: boolean;
}

const time = (at: string | null): number => (at === null ? Number.POSITIVE_INFINITY : Date.parse(at));
const duration = (step: StepOut): number =>
  step.started_at === null ? -1 : (step.finished_at === null ? Date.now() : time(step.finished_at)) - time(step.started_at);

/** Steps in the order of a column; `order` is that in which they were made. */
export function sorted(steps: readonly StepOut[], { key, isDescending }: By): readonly StepOut[] {
  const ranks = new Map(tally(steps).map(({ state }, at) => [state, at]));
  const value: Readonly<Record<string, (step: StepOut) => number | string>> = {
    step: ({ step_key }) => step_key,
    state: (step) => ranks.get(shownState(step)) ?? 0,
    attempt: ({ attempt }) => attempt,
    started: ({ started_at }) => time(started_at),
    duration,
  };
  const of = value[key];
  if (of === undefined) return steps;
  const compared = steps.map((step) => ({ step, by: of(step) }));
  compared.sort((one, other) => (one.by < other.by ? -1 : one.by > other.by ? 1 : 0) * (isDescending ? -1 : 1));
  return compared.map(({ step }) => step);
}
