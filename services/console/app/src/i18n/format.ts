import { once } from "./once";
import type { Language } from "./types";

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;
const DASH = "–";
const INSTANT = { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hourCycle: "h23" } as const;

export interface Format {
  count(value: number): string;
  percent(share: number): string;
  money(usd: string | number): string;
  bytes(value: number): string;
  date(at: Date): string;
  clock(at: Date): string;
  /** A time of day to the millisecond. */
  instant(at: Date): string;
  moment(at: Date): string;
  relative(at: Date, now: Date): string;
  duration(seconds: number): string;
  list(parts: readonly string[]): string;
}

/** Writes numbers, money, times and lists as a language does. Times are those of the browser's zone. */
export function makeFormat(language: Language): Format {
  const number = once(() => new Intl.NumberFormat(language));
  const percent = once(() => new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }));
  const [coarse, fine] = [once(() => dollars(language, 2)), once(() => dollars(language, 6))];
  const size = once(() => new Intl.NumberFormat(language, { notation: "compact", style: "unit", unit: "byte", unitDisplay: "narrow" }));
  const date = once(() => new Intl.DateTimeFormat(language, { dateStyle: "medium" }));
  const clock = once(() => new Intl.DateTimeFormat(language, { timeStyle: "medium", hourCycle: "h23" }));
  const instant = once(() => new Intl.DateTimeFormat(language, INSTANT));
  const moment = once(() => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" }));
  const relative = once(() => new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" }));
  const list = once(() => new Intl.ListFormat(language, { type: "conjunction" }));
  const spans = once(() => Object.fromEntries(UNITS.map(([unit]) => [unit, unitOf(language, unit)])));
  const span = (value: number, unit: string) => spans()[unit]?.format(value) ?? DASH;

  return {
    count: (value) => number().format(value),
    percent: (share) => percent().format(share),
    money: (usd) => {
      const value = Number(usd);
      return value !== 0 && Math.abs(value) < 0.1 ? fine().format(value) : coarse().format(value);
    },
    bytes: (value) => size().format(value),
    date: (at) => date().format(at),
    clock: (at) => clock().format(at),
    instant: (at) => instant().format(at),
    moment: (at) => moment().format(at),
    relative: (at, now) => {
      const seconds = (at.getTime() - now.getTime()) / 1000;
      const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
      // The clock of the page is up to a second late: what it takes to come within one is there.
      const whole = unit === "second" ? Math.trunc : Math.round;
      return relative().format(whole(seconds / length), unit);
    },
    duration: (seconds) => {
      if (!Number.isFinite(seconds)) return DASH;
      if (seconds < 60) return span(seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds), "second");
      const whole = Math.round(seconds);
      const at = UNITS.findIndex(([, size]) => whole >= size);
      const [unit, length] = UNITS[at] ?? ["second", 1];
      const [nextUnit, nextLength] = UNITS[at + 1] ?? ["second", 1];
      const rest = Math.floor((whole % length) / nextLength);
      return rest === 0 || unit === "second"
        ? span(Math.floor(whole / length), unit)
        : `${span(Math.floor(whole / length), unit)} ${span(rest, nextUnit)}`;
    },
    list: (parts) => list().format(parts),
  };
}

const dollars = (language: Language, digits: number) =>
  new Intl.NumberFormat(language, {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: 2,
    maximumFractionDigits: digits,
  });

const unitOf = (language: Language, unit: string) =>
  new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "narrow", maximumFractionDigits: 1 });
