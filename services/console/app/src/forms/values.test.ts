import { expect, test } from "vitest";
import { at, below, relativeTo, within } from "./problems";
import { numberOf, parsed, withElement, withKey } from "./values";

test("a number is read as one, a template stays text", () => {
  expect(numberOf("12")).toBe(12);
  expect(numberOf(" -1.5e3 ")).toBe(-1500);
  expect(numberOf("{{ params.limit }}")).toBe("{{ params.limit }}");
  expect(numberOf("")).toBeUndefined();
});

test("a number that would become another one stays text, for the server to refuse", () => {
  expect(numberOf("9007199254740991")).toBe(9007199254740991);
  expect(numberOf("9007199254740993")).toBe("9007199254740993");
  expect(numberOf("-1234567890123456789")).toBe("-1234567890123456789");
  expect(numberOf("1e400")).toBe("1e400");
  expect(numberOf("1e21")).toBe(1e21);
  expect(numberOf("0.1")).toBe(0.1);
  expect([numberOf("1e"), numberOf("-"), numberOf("1.")]).toEqual(["1e", "-", "1."]);
});

test("JSON in which a number would become another one is not read, digits in a text are nothing", () => {
  expect(parsed('[{"id": 9007199254740993}]').problem).toMatch(/^9007199254740993 /);
  expect(parsed('{"id": "9007199254740993", "of \\"9007199254740993": [1, -2.5e3]}').problem).toBeNull();
});

test("a key that is set again keeps its place", () => {
  expect(Object.keys(withKey({ a: 1, b: 2 }, "a", 3))).toEqual(["a", "b"]);
  expect(withKey({ a: 1, b: 2 }, "a", undefined)).toEqual({ b: 2 });
});

test("an element goes, or is changed in place", () => {
  expect(withElement(["a", "b"], 0, undefined)).toEqual(["b"]);
  expect(withElement(["a", "b"], 1, "c")).toEqual(["a", "c"]);
});

test("empty text is no value, half a value is a problem", () => {
  expect(parsed(" ")).toEqual({ value: undefined, problem: null });
  expect(parsed("[1").problem).not.toBeNull();
});

const problems = [
  { path: "pick", message: "is odd" },
  { path: "pick.count", message: "is too small" },
  { path: "keys[0]", message: "is empty" },
  { path: "picked", message: "is another" },
];

test("a problem belongs to its own place", () => {
  expect(at(problems, "pick")).toBe("is odd");
  expect(at(problems, "keys")).toBeUndefined();
});

test("a field that shows no places below it shows all that is said below it", () => {
  expect(within(problems, "pick")).toBe("is odd · .count: is too small");
  expect(within(problems, "keys")).toBe("[0]: is empty");
});

test("a path is written as the server writes it", () => {
  expect(below("a", "b")).toBe("a.b");
  expect(below("", "b")).toBe("b");
  expect(below("a", 3)).toBe("a[3]");
  expect(below("render", "odd name")).toBe('render["odd name"]');
});

test("problems are seen from below", () => {
  expect(relativeTo(problems, "pick").map(({ path }) => path)).toEqual(["", "count"]);
  expect(relativeTo([{ path: "steps[3].params.sql", message: "x" }], "steps[3].params")).toEqual([{ path: "sql", message: "x" }]);
});
