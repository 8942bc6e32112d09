import { expect, test } from "vitest";
import { brief, whole } from "./brief";

test("an object is told by its fields, on one line", () => {
  expect(brief({ word: "apple\npie", tags: ["a", "b"], level: 3 })).toBe('word: apple pie · tags: ["a","b"] · level: 3');
});

test.each([["plain", "plain"], [null, "null"], [[1, 2], "[1,2]"], [undefined, ""]])("%j in brief is %j", (value, text) => {
  expect(brief(value)).toBe(text);
});

test("a long value is cut, and the whole one is not", () => {
  const long = "x".repeat(1_000);
  expect(brief(long)).toHaveLength(241);
  expect(whole(long)).toBe(long);
});
