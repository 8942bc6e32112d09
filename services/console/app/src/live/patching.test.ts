import { expect, test } from "vitest";
import { patchedRows } from "./patching";

test("a row takes what an event says of it, and nothing that it does not know", () => {
  const rows = [{ id: 1, state: "ready", shard: 0 }, { id: 2, state: "ready", shard: 0 }];
  const seen = [{ id: 2, state: "running", definition: "questions" }, { id: 9, state: "failed" }];
  const patched = patchedRows(rows, seen);
  expect(patched).toEqual([{ id: 1, state: "ready", shard: 0 }, { id: 2, state: "running", shard: 0 }]);
  expect(patched[0]).toBe(rows[0]);
});
