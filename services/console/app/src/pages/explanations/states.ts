import type { ExplanationState, QueueStatus, SetQueueOut } from "../../api/schema";

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

const openStates: readonly ExplanationState[] = ["pending", "generating"];

/** Whether a question has its end, so that nothing more is told of it by itself. */
export const isEnded = (state: ExplanationState): boolean => !openStates.includes(state);

/** Whether a set has its end: no question waits and nothing works on it. */
export const hasEnded = ({ backgroundJobs, queueStatus }: Pick<SetQueueOut, "backgroundJobs" | "queueStatus">): boolean =>
  backgroundJobs.length === 0 && openStates.every((state) => queueStatus[state] === 0);
