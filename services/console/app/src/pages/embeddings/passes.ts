import type { PassOut } from "../../api/schema";

/** How long a pass still takes if it goes on as it did; null: nobody knows, or it is over. */
export function secondsLeft({ rows, done, rate, stage }: Pick<PassOut, "rows" | "done" | "rate" | "stage">): number | null {
  if (stage !== "loading" || rate === null || rate <= 0) return null;
  return Math.max(0, rows - done) / rate;
}

export interface Checkpoint {
  part: number;
  at: number | null;
  isDone: boolean;
}

const numberOf = (value: unknown) => (typeof value === "number" ? value : null);

/** Where each part of a pass goes on after a restart. */
export const checkpointsOf = (rows: readonly Readonly<Record<string, unknown>>[]): Checkpoint[] =>
  rows.map((row, place) => ({ part: numberOf(row["part"]) ?? place, at: numberOf(row["at"]), isDone: row["done"] === true }));
