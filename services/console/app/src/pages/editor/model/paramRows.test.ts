import { expect, test } from "vitest";
import { paramRows, usualOf, withRows } from "./paramRows";

const schema = {
  type: "object",
  properties: { limit: { type: "integer", default: 10, description: "How many." }, day: { type: "string" } },
  required: ["day"],
};

test("params become rows, and rows params", () => {
  const rows = paramRows(schema);
  expect(rows?.map(({ name, isRequired, usual }) => [name, isRequired, usual])).toEqual([
    ["limit", false, 10],
    ["day", true, undefined],
  ]);
  expect(withRows(schema, rows ?? [])).toEqual(schema);
});

test("no rows leave a schema without params", () => {
  expect(withRows(schema, [])).toEqual({ type: "object" });
  expect(paramRows({ type: "object" })).toEqual([]);
});

test("a schema that says more is no table", () => {
  expect(paramRows({ type: "object", properties: { a: { type: "string", enum: ["x"] } } })).toBeNull();
  expect(paramRows({ type: "object", minProperties: 1 })).toBeNull();
});

test("a default is read as its type has it, what is half typed stays text", () => {
  expect(usualOf("array", "[1, 2]")).toEqual([1, 2]);
  expect(usualOf("object", '{"a": 1}')).toEqual({ a: 1 });
  expect(usualOf("array", '{"a": 1}')).toBe('{"a": 1}');
  expect(usualOf("array", "[1, ")).toBe("[1, ");
  expect(usualOf("boolean", "true")).toBe(true);
  expect(usualOf("boolean", "tru")).toBe("tru");
  expect(usualOf("integer", "5")).toBe(5);
  expect(usualOf("string", "5")).toBe("5");
  expect(usualOf("object", "")).toBeUndefined();
});
