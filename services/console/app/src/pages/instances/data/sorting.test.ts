import { expect, test } from "vitest";
import type { StepOut } from "../../../api/schema";
import { sorted } from "./sorting";

const at = (second: number) => `2026-11-21T12:00:0${second}Z`;
const step = (key: string, state: string, from: number | null, until: number | null): StepOut => ({
  id: key.length, step_key: key, shard: 0, state, reason: null, attempt: 1, failures: 0, losses: 0, snoozes: 0, waiting_on: 0,
  run_after: at(0), leased_by: null, progress: null, error: null, started_at: from === null ? null : at(from),
  finished_at: until === null ? null : at(until),
});
const steps = [step("b", "succeeded", 1, 2), step("cc", "failed", 2, 7), step("aaa", "pending", null, null)];
const keys = (key: string, isDescending = false) => sorted(steps, { key, isDescending }).map(({ step_key }) => step_key);

test("steps are sorted by what their column shows", () => {
  expect(keys("order")).toEqual(["b", "cc", "aaa"]);
  expect(keys("step")).toEqual(["aaa", "b", "cc"]);
  expect(keys("state")).toEqual(["cc", "aaa", "b"]);
  expect(keys("duration", true)).toEqual(["cc", "b", "aaa"]);
  expect(keys("started")).toEqual(["b", "cc", "aaa"]);
});
