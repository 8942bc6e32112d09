import { percentAt } from "./scales";

/** Milliseconds; `to` null: it goes on. */
export interface Span {
  from: number;
  to: number | null;
}

export interface Range {
  from: number;
  to: number;
}

const SHORTEST_MS = 1_000;

/** From the first beginning to the last end; null: there is nothing. */
export function rangeOf(spans: readonly Span[], now: number): Range | null {
  if (spans.length === 0) return null;
  const from = spans.reduce((least, span) => Math.min(least, span.from), Number.POSITIVE_INFINITY);
  const to = spans.reduce((most, span) => Math.max(most, span.to ?? now), from + SHORTEST_MS);
  return { from, to };
}

/** Where a span is drawn, in percent of the range. */
export function segmentPlace(span: Span, { from, to }: Range, now: number): { x: number; width: number } {
  const x = percentAt(span.from, from, to);
  return { x, width: Math.max(0, percentAt(span.to ?? now, from, to) - x) };
}
