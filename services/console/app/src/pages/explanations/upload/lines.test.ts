import type { LineProblem } from "../../../api/schema";
import { expect, test } from "vitest";
import { problemOf } from "../../../api/problem";
import { countLines, linesOf, problemsByLine } from "./lines";

const bytes = (...given: number[]) => new Uint8Array(given).buffer;

test("lines are those of the file, in the encoding that the server has found", () => {
  expect(linesOf(bytes(97, 13, 10, 98, 10, 99), "utf-8")).toEqual(["a", "b", "c"]);
  expect(linesOf(bytes(0xb0, 0xa1), "cp949")).toEqual(["가"]);
});

test("a refusal is read by its lines, and what is about none is left to its own words", () => {
  const refusal = problemOf(422, "", {
    title: "No",
    detail: "none of 2 line(s) can be saved",
    problems: [
      { path: "line 2, column answer", message: "is missing", line: 2, column: "answer", code: "missing", values: {} },
      { path: "line 3", message: "has 4 fields", line: 3, column: null },
      { path: "body", message: "is empty" },
    ],
  });
  expect(problemsByLine(refusal)).toEqual([
    { line: 2, column: "answer", code: "missing", values: {}, reason: "is missing" },
    { line: 3, column: null, code: "other", values: {}, reason: "has 4 fields" },
  ]);
});

test("a line with two problems is one line", () => {
  const problem: LineProblem = { line: 4, column: null, code: "other", values: {}, reason: "" };
  expect(countLines([problem, problem, { ...problem, line: 5 }])).toBe(2);
});
