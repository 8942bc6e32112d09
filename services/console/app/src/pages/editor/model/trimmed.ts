import { isJsonObject, isSame, type Json, type JsonObject } from "../../../forms/values";
import type { Step } from "./draft";

/** What the server fills in where a step says nothing. */
const usual: JsonObject = {
  description: "",
  params: {},
  nextSteps: [],
  condition: null,
  fanIn: "none_failed_min_one_success",
  parallel: null,
  retry: {
    maxAttempts: 3,
    intervalSeconds: 1,
    backoffRate: 2,
    maxDelaySeconds: 300,
    jitter: "full",
    on: ["transient", "timeout", "rate_limited", "unexpected"],
  },
  timeoutSeconds: 3600,
  onFailure: "fail",
};
const usualParallel: JsonObject = { chunk: 500, maxConcurrency: 8, tolerate: { count: 0, percent: 0 } };

/** A step without what equals its default: forms show what somebody has decided. */
export function trimmedStep(step: Step): Step {
  const { retry, parallel, runner, ...rest } = without(step, usual);
  return {
    ...rest,
    ...(runner !== undefined && runner !== step.key && { runner }),
    ...(retry !== undefined && { retry: part(retry, usual["retry"]) }),
    ...(parallel !== undefined && { parallel: part(parallel, usualParallel) }),
    key: step.key,
  };
}

const part = (value: Json, defaults: Json | undefined): Json =>
  isJsonObject(value) && isJsonObject(defaults) ? without(value, defaults) : value;

const without = (object: JsonObject, defaults: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name, value]) => !Object.hasOwn(defaults, name) || !isSame(value, defaults[name])));
