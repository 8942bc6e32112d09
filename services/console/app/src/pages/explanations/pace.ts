const [LEAST_MS, MOST_MS] = [2_000, 15_000];
const QUESTIONS_A_MS = 20;

/** How often to ask while questions are being explained: to count more of them costs the database more. */
export const paceOf = (questions: number): number => Math.min(MOST_MS, Math.max(LEAST_MS, questions / QUESTIONS_A_MS));
