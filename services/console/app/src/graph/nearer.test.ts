import { expect, test } from "vitest";
import { nearer } from "./nearer";

const keys = (from: number, to: number) => new Set(Array.from({ length: to - from }, (_, at) => `s${from + at}`));

test("a few come and go at once, and what stays is left", () => {
  const next = nearer(keys(0, 100), keys(50, 150));
  expect(next.size).toBe(100);
  expect([...keys(50, 100)].every((key) => next.has(key))).toBe(true);
  expect(next.has("s0")).toBe(false);
  expect(next.has("s100")).toBe(true);
});

test("it arrives, and is the wanted set itself then", () => {
  const wanted = keys(50, 150);
  let now: ReadonlySet<string> = keys(0, 100);
  for (let steps = 0; now !== wanted; steps += 1) {
    expect(steps).toBeLessThan(10);
    now = nearer(now, wanted);
  }
});
