import { expect, test } from "vitest";
import { rangeOf, segmentPlace } from "./ganttRange";

test("the range reaches from the first beginning to the last end, or to now", () => {
  expect(rangeOf([{ from: 5_000, to: 9_000 }, { from: 2_000, to: 3_000 }], 50_000)).toEqual({ from: 2_000, to: 9_000 });
  expect(rangeOf([{ from: 5_000, to: null }], 50_000)).toEqual({ from: 5_000, to: 50_000 });
  expect(rangeOf([], 50_000)).toBeNull();
});

test("what took no time has a second all the same", () => {
  expect(rangeOf([{ from: 5_000, to: 5_000 }], 5_000)).toEqual({ from: 5_000, to: 6_000 });
});

test("a span stands where it was, and one that goes on reaches to now", () => {
  const range = { from: 0, to: 200 };
  expect(segmentPlace({ from: 50, to: 100 }, range, 200)).toEqual({ x: 25, width: 25 });
  expect(segmentPlace({ from: 150, to: null }, range, 200)).toEqual({ x: 75, width: 25 });
  expect(segmentPlace({ from: 150, to: 100 }, range, 200)).toEqual({ x: 75, width: 0 });
});
