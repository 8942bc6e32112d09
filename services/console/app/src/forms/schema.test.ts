import { expect, test } from "vitest";
import { arranged } from "./arranged";
import { alternatives, blank, kindOf, markOf, plain, type Schema, variantOf } from "./schema";

const tolerate: Schema = { type: "object", description: "How many may fail.", properties: { count: { type: "integer" } } };
const root: Schema = {
  $defs: { Tolerate: tolerate },
  type: "object",
  oneOf: [{ required: ["sql"] }, { required: ["path"] }],
  properties: {
    sql: { anyOf: [{ type: "string" }, { type: "null" }], "x-sql": true, default: null },
    path: { anyOf: [{ type: "string" }, { type: "null" }] },
    table: { type: "string" },
    limit: { type: "integer" },
    format: { anyOf: [{ enum: ["csv", "json"], type: "string" }, { type: "null" }] },
    items: { anyOf: [{ items: {}, type: "array" }, { type: "null" }] },
    tolerate: { anyOf: [{ $ref: "#/$defs/Tolerate" }, { type: "null" }], description: "Of this step." },
    columns: { anyOf: [{ type: "object", additionalProperties: { type: "string" } }, { type: "array", items: { type: "string" } }] },
  },
  required: ["table"],
};
const property = (name: string) => plain(root.properties?.[name] ?? {}, root);

test("a null beside one type is no choice", () => {
  expect(kindOf(property("sql"))).toBe("text");
  expect(kindOf(property("format"))).toBe("choice");
});

test("a reference is followed, and what the field says of itself stands before what its type says", () => {
  expect(kindOf(property("tolerate"))).toBe("object");
  expect(property("tolerate").description).toBe("Of this step.");
});

test("a mark beside the type says which editor is used", () => {
  expect(markOf(property("sql"))).toBe("sql");
  expect(markOf({ type: "string", "x-per-item": true, "x-template": true })).toBe("template");
  expect(markOf(property("path"))).toBeNull();
});

test("a list of anything is JSON, a list of texts is a list", () => {
  expect(kindOf(property("items"))).toBe("json");
  expect(kindOf({ type: "array", items: { type: "string" } })).toBe("list");
});

test("an object whose fields nobody names is JSON", () => {
  expect(kindOf({ type: "object", additionalProperties: true })).toBe("json");
  expect(kindOf({ type: "object", additionalProperties: { type: "string" } })).toBe("map");
});

test("fields that exclude each other are found", () => {
  expect(alternatives(root)).toEqual(["sql", "path"]);
  expect(alternatives({ "x-one-of": ["stream", "items"] })).toEqual(["stream", "items"]);
  expect(alternatives({ oneOf: [{ type: "string" }] })).toEqual([]);
});

test("the shape of a union follows the value", () => {
  const { anyOf = [] } = property("columns");
  expect(variantOf({ a: "b" }, anyOf, root)).toBe(0);
  expect(variantOf(["a"], anyOf, root)).toBe(1);
  expect(variantOf(undefined, anyOf, root)).toBe(0);
});

test("a new value begins with nothing", () => {
  expect(blank(tolerate, root)).toEqual({});
  expect(blank({ type: "array", items: { type: "string" } }, root)).toEqual([]);
});

test("what must be given and what is given stands first", () => {
  expect(arranged(root, { limit: 3 })).toEqual({ first: ["table", "limit"], rest: ["format", "items", "tolerate", "columns"] });
});

test("few fields are all shown", () => {
  expect(arranged({ properties: { a: {}, b: {} } }, {})).toEqual({ first: ["a", "b"], rest: [] });
});
