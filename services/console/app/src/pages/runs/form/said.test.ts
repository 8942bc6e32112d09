import { expect, test } from "vitest";
import { Problem } from "../../../api/problem";
import { saidOf, saidOfParams } from "./said";

const refused = (detail: string, problems: { path: string; message: string }[] = []) =>
  new Problem({ status: 422, title: "The values are not right", detail, problems });

test("each line of a refusal stands at its field", () => {
  const detail = "the params of definition daily have 2 problem(s):\n- params.limit: must be an integer, not a string\n- params.days[0]: must not be empty";
  expect(saidOfParams(refused(detail))).toEqual([
    { path: "limit", message: "must be an integer, not a string" },
    { path: "days[0]", message: "must not be empty" },
  ]);
});

test("what is said of all params stands at the form", () => {
  expect(saidOfParams(refused("- params: is larger than 1 MB"))).toEqual([{ path: "", message: "is larger than 1 MB" }]);
});

test("another refusal says nothing of params", () => {
  expect(saidOfParams(refused("there is no definition 'daily'"))).toEqual([]);
  expect(saidOfParams(new Error("params.limit: no"))).toEqual([]);
});

test("a field of the body has its own words", () => {
  const error = refused("body.budget_usd: too high", [{ path: "body.budget_usd", message: "too high" }]);
  expect(saidOf(error, "budget_usd")).toBe("too high");
  expect(saidOf(error, "sample")).toBeUndefined();
});
