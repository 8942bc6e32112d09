import type { DaySpendOut } from "../../api/schema";
import type { Tone } from "../../ui/states";

export type Money = "spent_usd" | "simulated_usd";

export interface Series {
  /** Null: of instances that were pruned; undefined: all that are not among the first. */
  definition: string | null | undefined;
  tone: Tone;
  total: number;
}

export interface BurnDay {
  day: string;
  parts: { series: Series; value: number }[];
}

const TONES = ["info", "wait", "ok", "warn"] as const;

/** The days of a span back from today (UTC), without gaps. */
export function daysBack(today: Date, days: number): string[] {
  const midnight = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate());
  return Array.from({ length: days }, (_, at) => new Date(midnight - (days - 1 - at) * 86_400_000).toISOString().slice(0, 10));
}

/** Who has spent how much, most first; beyond the first few they are one. */
export function seriesOf(rows: readonly DaySpendOut[], money: Money): Series[] {
  const totals = new Map<string | null, number>();
  rows.forEach((row) => totals.set(row.definition, (totals.get(row.definition) ?? 0) + Number(row[money])));
  const sorted = [...totals].filter(([, total]) => total > 0).sort(([, one], [, other]) => other - one);
  const first = sorted.slice(0, TONES.length).map(([definition, total], at): Series => ({ definition, total, tone: TONES[at] ?? "neutral" }));
  const rest = sorted.slice(TONES.length).reduce((sum, [, total]) => sum + total, 0);
  return rest > 0 ? [...first, { definition: undefined, total: rest, tone: "neutral" }] : first;
}

/** What each of them has spent on each day. */
export function burnOf(rows: readonly DaySpendOut[], series: readonly Series[], days: readonly string[], money: Money): BurnDay[] {
  const named = new Set(series.map(({ definition }) => definition));
  return days.map((day) => {
    const ofDay = rows.filter((row) => row.day === day);
    const valueOf = ({ definition }: Series) =>
      ofDay
        .filter((row) => (definition === undefined ? !named.has(row.definition) : row.definition === definition))
        .reduce((sum, row) => sum + Number(row[money]), 0);
    return { day, parts: series.map((one) => ({ series: one, value: valueOf(one) })) };
  });
}
