import { expect, test } from "vitest";
import { namesIn, partsOf, policiesOf } from "./content";

test("a schema without properties names no params", () => {
  expect(namesIn({ params_schema: { type: "object" } })).toEqual([]);
  expect(namesIn({ params_schema: { properties: { limit: {}, day: {} } } })).toEqual(["limit", "day"]);
});

test("texts of several lines come last, as blocks", () => {
  expect(partsOf({ sql: "select 1\nfrom items", mode: "batch", keys: ["id"] })).toEqual([
    { path: "mode", value: "batch", isLong: false },
    { path: "keys", value: '["id"]', isLong: false },
    { path: "sql", value: "select 1\nfrom items", isLong: true },
  ]);
});

test("a template is a block, however short", () => {
  expect(partsOf({ template: "Teach {{ item.word }}.", mode: "live" }).map(({ path, isLong }) => [path, isLong])).toEqual([
    ["mode", false],
    ["template", true],
  ]);
});

test("what is large is taken apart by its paths", () => {
  const long = "x".repeat(70);
  expect(partsOf({ pick: { from: long, count: 3 } }).map(({ path }) => path)).toEqual(["pick.count", "pick.from"]);
});

test("the policies of a step are what is not shown elsewhere, and was set", () => {
  expect(policiesOf({ key: "load", params: {}, nextSteps: [], condition: "params.limit > 1", retry: null })).toEqual({
    condition: "params.limit > 1",
  });
});
