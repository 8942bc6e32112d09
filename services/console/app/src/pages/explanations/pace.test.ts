import { expect, test } from "vitest";
import { paceOf } from "./pace";

test.each([
  [0, 2_000],
  [1_000, 2_000],
  [100_000, 5_000],
  [10_000_000, 15_000],
])("a set of %i questions is counted every %i ms", (questions, pace) => {
  expect(paceOf(questions)).toBe(pace);
});
