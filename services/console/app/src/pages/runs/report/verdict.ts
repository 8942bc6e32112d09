import type { RehearsalOut } from "../../../api/schema";

export type Verdict = "rehearsing" | "stopped" | "problems" | "tooDear" | "free" | "fine";

type Judged = Pick<RehearsalOut, "is_done" | "status" | "at_most_usd" | "budget_usd"> & { readonly problems: readonly unknown[] };

/** The one thing to know first: whether the real run would work, and within its budget. */
export function verdictOf({ is_done, status, problems, at_most_usd, budget_usd }: Judged): Verdict {
  if (!is_done) return "rehearsing";
  if (status === "cancelled") return "stopped";
  if (budget_usd !== null && Number(at_most_usd) > Number(budget_usd)) return "tooDear";
  if (problems.length > 0 || status === "failed") return "problems";
  return Number(at_most_usd) === 0 ? "free" : "fine";
}

/** How much of a budget a price takes; null: there is no budget. */
export const shareOf = (price: string, budget: string | null): number | null =>
  budget === null ? null : Number(budget) === 0 ? (Number(price) > 0 ? 1 : 0) : Number(price) / Number(budget);
