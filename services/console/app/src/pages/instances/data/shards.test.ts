import { expect, test } from "vitest";
import { shardsIn } from "./shards";

test("the shards of a step are counted over their states", () => {
  const found = shardsIn([
    { step_key: "explain", state: "running", shards: 2 },
    { step_key: "explain", state: "succeeded", shards: 6 },
    { step_key: "load", state: "pending", shards: 1 },
  ]);
  expect(found.get("explain")?.total).toBe(8);
  expect(found.get("explain")?.byState.get("running")).toBe(2);
  expect(found.get("load")?.total).toBe(1);
});
