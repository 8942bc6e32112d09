/** A day without a zone. */
export interface Day {
  year: number;
  month: number;
  day: number;
}

/** `2026-11-05`: the key of a day. */
export const dayKey = ({ year, month, day }: Day): string =>
  `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;

/** The day of a time in the zone of this browser. */
export const dayOf = (at: Date): Day => ({ year: at.getFullYear(), month: at.getMonth() + 1, day: at.getDate() });

/** The weeks of a month; null: a day of another month. `firstDay` is 0 for Sunday, 1 for Monday. */
export function weeksOf(year: number, month: number, firstDay: number): (Day | null)[][] {
  const count = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const before = (new Date(Date.UTC(year, month - 1, 1)).getUTCDay() - firstDay + 7) % 7;
  const weeks = Math.ceil((before + count) / 7);
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (_, at) => {
      const day = week * 7 + at - before + 1;
      return day >= 1 && day <= count ? { year, month, day } : null;
    }),
  );
}

/** The month so many months away. */
export function monthAfter(year: number, month: number, months: number): { year: number; month: number } {
  const at = year * 12 + (month - 1) + months;
  return { year: Math.floor(at / 12), month: (((at % 12) + 12) % 12) + 1 };
}
