const STEPS_MS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000,
  7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000, 172_800_000, 604_800_000,
];

/** Round numbers from 0 to at least `most`, about `count` of them. */
export function niceTicks(most: number, count: number): number[] {
  if (!(most > 0)) return [0];
  const rough = most / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const steps = Math.ceil(most / step - 1e-9);
  return Array.from({ length: steps + 1 }, (_, at) => Number((at * step).toPrecision(12)));
}

/** Round times within a span, at most `count` of them. */
export function timeTicks(from: number, to: number, count: number): number[] {
  const span = to - from;
  if (!(span > 0)) return [];
  const step = STEPS_MS.find((size) => span / size <= count) ?? Math.ceil(span / count / 604_800_000) * 604_800_000;
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.floor((to - first) / step) + 1 }, (_, at) => first + at * step);
}

/** Whether some times lie between two whole seconds: `12:00:01` alone would be said twice. */
export const areSplit = (times: readonly number[]): boolean => times.some((time) => time % 1_000 !== 0);

/** A share of a span as a percentage, kept inside it. */
export function percentAt(value: number, from: number, to: number): number {
  if (to <= from) return 0;
  return Math.min(100, Math.max(0, ((value - from) / (to - from)) * 100));
}

/** At most so many of a list, evenly spread, the last always among them. */
export function spread<T>(values: readonly T[], most: number): T[] {
  const every = Math.max(1, Math.ceil(values.length / most));
  return values.filter((_, at) => (values.length - 1 - at) % every === 0);
}
