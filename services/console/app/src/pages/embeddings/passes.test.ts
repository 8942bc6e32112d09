import { expect, test } from "vitest";
import { refusalOf } from "./graphqlErrors";
import { checkpointsOf, secondsLeft } from "./passes";
import { fieldsOf, titleOf } from "./rowWords";

test("what is left is by the rate, while it loads", () => {
  expect(secondsLeft({ rows: 100, done: 40, rate: 20, stage: "loading" })).toBe(3);
  expect(secondsLeft({ rows: 100, done: 140, rate: 20, stage: "loading" })).toBe(0);
});

test.each([
  [null, "loading"], [0, "loading"], [20, "done"],
])("nobody knows what is left at %s rows/s when %s", (rate, stage) => {
  expect(secondsLeft({ rows: 100, done: 40, rate, stage })).toBeNull();
});

test("a part without a place has not begun", () => {
  expect(checkpointsOf([{ part: 0, at: 9, done: true }, {}])).toEqual([
    { part: 0, at: 9, isDone: true },
    { part: 1, at: null, isDone: false },
  ]);
});

test("a row is called by what reads like a name, else by its id", () => {
  expect(titleOf({ id: "j1", metadata: { title: "", name: "Ann" } })).toBe("Ann");
  expect(titleOf({ id: "j1", metadata: { title: 7 } })).toBe("j1");
});

test("fields are those that fit into a line", () => {
  const metadata = { title: "Cook", city: "Seoul", skills: ["sql", "r"], text: "x".repeat(200), deep: { a: 1 }, none: null, pay: 0 };
  expect(fieldsOf({ metadata }, "Cook").map(({ name, value }) => `${name} ${value}`)).toEqual(["city Seoul", "skills sql, r", "pay 0"]);
});

test("the words of a refusal are those of its first error", () => {
  expect(refusalOf([{ message: "city: is not exposed" }, { message: "other" }])).toBe("city: is not exposed");
  expect(refusalOf([])).toBeNull();
  expect(refusalOf(undefined)).toBeNull();
  expect(refusalOf(["x"])).toBe("GraphQL refused the query");
});
