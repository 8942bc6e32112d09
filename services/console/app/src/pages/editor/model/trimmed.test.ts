import { expect, test } from "vitest";
import type { Step } from "./draft";
import { trimmedStep } from "./trimmed";

const filled: Step = {
  key: "load",
  runner: "load",
  description: "",
  params: { table: "t" },
  nextSteps: [],
  condition: null,
  fanIn: "none_failed_min_one_success",
  parallel: null,
  retry: {
    on: ["transient", "timeout", "rate_limited", "unexpected"],
    jitter: "full",
    maxAttempts: 3,
    backoffRate: 2,
    intervalSeconds: 1,
    maxDelaySeconds: 300,
  },
  timeoutSeconds: 3600,
  onFailure: "fail",
};

test("what equals its default is left out", () => {
  expect(trimmedStep(filled)).toEqual({ key: "load", params: { table: "t" } });
});

test("what was decided stays, alone", () => {
  const decided = { ...filled, runner: "process", onFailure: "stop", retry: { ...(filled["retry"] as object), maxAttempts: 5 }, odd: 1 } as Step;
  expect(trimmedStep(decided)).toEqual({ key: "load", params: { table: "t" }, runner: "process", onFailure: "stop", retry: { maxAttempts: 5 }, odd: 1 });
  const parallel = { over: "collect", chunk: 500, maxConcurrency: 2, tolerate: { count: 0, percent: 0 } };
  expect(trimmedStep({ ...filled, parallel })["parallel"]).toEqual({ over: "collect", maxConcurrency: 2 });
});
