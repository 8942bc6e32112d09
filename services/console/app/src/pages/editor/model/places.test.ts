import { expect, test } from "vitest";
import { countOf, placed } from "./places";

const steps = [{ key: "collect" }, { key: "load" }];

test("a problem goes to its step and its field", () => {
  const { ofSteps, ofDefinition } = placed(
    [
      { path: "steps[1].params.table", message: "is required" },
      { path: "steps[0].nextSteps[0]", message: "unknown step" },
      { path: "cron", message: "is no cron" },
      { path: "steps[9].key", message: "is of no step" },
    ],
    steps,
  );
  expect(ofSteps.get("load")).toEqual([{ path: "params.table", message: "is required" }]);
  expect(ofSteps.get("collect")).toEqual([{ path: "nextSteps[0]", message: "unknown step" }]);
  expect(ofDefinition.map(({ path }) => path)).toEqual(["cron", "steps[9].key"]);
});

test("problems are counted", () => {
  expect(countOf(placed([{ path: "name", message: "x" }, { path: "steps[0]", message: "y" }], steps))).toBe(2);
});
