export interface Span {
  from: string;
  until: string;
}

/** A month in the zone of this browser, as two instants. */
export const spanOfMonth = (year: number, month: number): Span => ({
  from: new Date(year, month - 1, 1).toISOString(),
  until: new Date(year, month, 1).toISOString(),
});

/** `2026-11-05` in the zone of this browser, as two instants. */
export function spanOfDay(day: string): Span {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return { from: new Date(year, month - 1, date).toISOString(), until: new Date(year, month - 1, date + 1).toISOString() };
}

/** `2026-11`, if it is a month. */
export function readMonth(text: string): { year: number; month: number } | null {
  const found = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text);
  return found ? { year: Number(found[1]), month: Number(found[2]) } : null;
}

export const monthKey = (year: number, month: number): string => `${year}-${String(month).padStart(2, "0")}`;
