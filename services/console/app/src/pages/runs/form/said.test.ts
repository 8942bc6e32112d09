import { expect, test } from "vitest";
import { Problem } from "../../../api/problem";
import { saidOf, saidOfParams } from "./said";

const refused = (...problems: { path: string; message: string }[]) =>
  new Problem({ status: 422, title: "The values are not right", detail: "the params of definition daily have problems", problems });
const asIs = <T,>(problems: T): T => problems;

test("each problem stands at its field", () => {
  const found = refused(
    { path: "params.limit", message: "must be an integer, not a string" },
    { path: "body.params.days[0]", message: "must not be empty" },
    { path: "params[0]", message: "no" },
  );
  expect(saidOfParams(found, asIs)).toEqual([
    { path: "limit", message: "must be an integer, not a string" },
    { path: "days[0]", message: "must not be empty" },
    { path: "[0]", message: "no" },
  ]);
});

test("what is said of all params stands at the form, in the words of the reader", () => {
  const shout = (problems: readonly { path: string; message: string }[]) => problems.map(({ path, message }) => ({ path, message: message.toUpperCase() }));
  expect(saidOfParams(refused({ path: "params", message: "is larger than 1 MB" }), shout)).toEqual([{ path: "", message: "IS LARGER THAN 1 MB" }]);
});

test("another refusal says nothing of params", () => {
  expect(saidOfParams(refused({ path: "paramsOfOthers", message: "no" }, { path: "budget_usd", message: "no" }), asIs)).toEqual([]);
  expect(saidOfParams(new Error("params.limit: no"), asIs)).toEqual([]);
});

test("a field of the body has its own words", () => {
  const error = refused({ path: "body.budget_usd", message: "too high" });
  expect(saidOf(error, "budget_usd")).toBe("too high");
  expect(saidOf(error, "sample")).toBeUndefined();
});
