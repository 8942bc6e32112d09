import type { ExplanationState, QueueStatus } from "../../api/schema";

export const explanationStates = ["completed", "generating", "pending", "failed"] as const satisfies readonly ExplanationState[];

export const isExplanationState = (word: string): word is ExplanationState =>
  (explanationStates as readonly string[]).includes(word);

export interface StateShare {
  state: ExplanationState;
  count: number;
  share: number;
}

/** How much of a set is in each state, in the order in which it is shown. */
export const sharesOf = (counts: QueueStatus): StateShare[] =>
  explanationStates.map((state) => ({
    state,
    count: counts[state],
    share: counts.total === 0 ? 0 : counts[state] / counts.total,
  }));
