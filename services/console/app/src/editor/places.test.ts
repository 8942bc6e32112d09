import { expect, test } from "vitest";
import { spanOf } from "./places";

const text = "select id\nfrom question\nwhere x";

test.each([
  [{ message: "" }, "select id"],
  [{ message: "", line: 2 }, "from question"],
  [{ message: "", line: 2, column: 6 }, "question"],
  [{ message: "", line: 3, column: 7 }, "x"],
  [{ message: "", line: 99, column: 99 }, ""],
  [{ message: "", line: -1, column: 0 }, "select"],
])("%j is about %j", (problem, words) => {
  const { from, to } = spanOf(text, problem);
  expect(text.slice(from, to)).toBe(words);
});

test("an empty text has a place too", () => {
  expect(spanOf("", { message: "", line: 3, column: 2 })).toEqual({ from: 0, to: 0 });
});
