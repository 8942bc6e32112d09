/** States that were, the one that is, and those that were undone. */
export interface History<State> {
  readonly past: readonly State[];
  readonly present: State;
  readonly future: readonly State[];
  /** What the last change was to, and when: typing into one field is one change. */
  readonly last: { readonly place: string; readonly at: number } | null;
}

const KEPT = 200;
const TOGETHER_MS = 1_000;

export const begun = <State>(present: State): History<State> => ({ past: [], present, future: [], last: null });

/** Notes a change; one of the same place within a second goes together with the one before. */
export function noted<State>(history: History<State>, present: State, place: string, at: number): History<State> {
  if (present === history.present) return history;
  const goesOn = history.last?.place === place && at - history.last.at < TOGETHER_MS && history.past.length > 0;
  const past = goesOn ? history.past : [...history.past, history.present].slice(-KEPT);
  return { past, present, future: [], last: { place, at } };
}

export function undone<State>({ past, present, future, ...rest }: History<State>): History<State> {
  const before = past.at(-1);
  if (before === undefined) return { past, present, future, ...rest };
  return { past: past.slice(0, -1), present: before, future: [present, ...future], last: null };
}

export function redone<State>({ past, present, future, ...rest }: History<State>): History<State> {
  const [after, ...later] = future;
  if (after === undefined) return { past, present, future, ...rest };
  return { past: [...past, present], present: after, future: later, last: null };
}
