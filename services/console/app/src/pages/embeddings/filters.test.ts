import { expect, test } from "vitest";
import { conditionsOf, type Filter, readFilters, valueOf, writeFilters } from "./filters";

test.each([
  ["40000", 40000], ["-1.5", -1.5], ["true", true], ['"40000"', "40000"], [" Seoul ", "Seoul"], ["1.2.3", "1.2.3"], ["1e5", "1e5"],
])("%s is %o", (typed, meant) => expect(valueOf(typed)).toBe(meant));

const filter = (op: Filter["op"], value: string, field = "city"): Filter => ({ field, op, value });

test("a filter that is not filled in is left out, and EXISTS needs no value", () => {
  expect(conditionsOf([filter("EQ", " "), filter("EQ", "x", " "), filter("EXISTS", "")])).toEqual([{ field: "city", op: "EXISTS", value: true }]);
});

test("a list is split, and a text that is looked for stays one", () => {
  expect(conditionsOf([filter("IN", "Seoul, 7,"), filter("CONTAINS", "7")]).map(({ value }) => value)).toEqual([["Seoul", 7], "7"]);
});

test("filters survive the address, and what is none does not", () => {
  const filters = [filter("GTE", "5")];
  expect(readFilters(writeFilters(filters) ?? "")).toEqual(filters);
  expect(readFilters('[{"field":"a","op":"DROP","value":""}, 3]')).toEqual([]);
  expect(readFilters("{")).toEqual([]);
  expect(writeFilters([])).toBeNull();
});
