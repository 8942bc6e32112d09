import type { Schema } from "../../../forms";
import type { Translate } from "../../../i18n/types";

/** When a step runs, as a form: the texts of the reference, in plain words. */
export const whenSchema = (t: Translate): Schema => ({
  type: "object",
  properties: {
    fanIn: {
      type: "string",
      enum: ["none_failed_min_one_success", "all_success", "none_failed", "any_success", "all_done", "any_failed"],
      default: "none_failed_min_one_success",
      description: t("editor.fanInHint"),
      "x-label": t("editor.fanIn"),
      "x-words": {
        none_failed_min_one_success: t("editor.fanInNoneFailedMinOneSuccess"),
        all_success: t("editor.fanInAllSuccess"),
        none_failed: t("editor.fanInNoneFailed"),
        any_success: t("editor.fanInAnySuccess"),
        all_done: t("editor.fanInAllDone"),
        any_failed: t("editor.fanInAnyFailed"),
      },
    },
    condition: { type: "string", description: t("editor.conditionHint"), "x-label": t("editor.condition"), "x-expression": true },
  },
});

/** What a failure means, and how often a step is tried. */
export const failureSchema = (t: Translate): Schema => ({
  type: "object",
  properties: {
    onFailure: {
      type: "string",
      enum: ["fail", "continue", "stop"],
      default: "fail",
      "x-label": t("editor.onFailure"),
      "x-words": { fail: t("editor.onFailureFail"), continue: t("editor.onFailureContinue"), stop: t("editor.onFailureStop") },
    },
    timeoutSeconds: { type: "number", default: 3600, description: t("editor.timeoutHint"), "x-label": t("editor.timeout") },
    retry: {
      type: "object",
      description: t("editor.retryHint"),
      "x-label": t("editor.retry"),
      properties: {
        maxAttempts: { type: "integer", default: 3, "x-label": t("editor.maxAttempts"), description: t("editor.maxAttemptsHint") },
        intervalSeconds: { type: "number", default: 1, "x-label": t("editor.interval") },
        backoffRate: { type: "number", default: 2, "x-label": t("editor.backoff"), description: t("editor.backoffHint") },
        maxDelaySeconds: { type: "number", default: 300, "x-label": t("editor.maxDelay") },
        jitter: {
          type: "string",
          enum: ["full", "none"],
          default: "full",
          "x-label": t("editor.jitter"),
          "x-words": { full: t("editor.jitterFull"), none: t("editor.jitterNone") },
        },
        on: {
          type: "array",
          items: { type: "string", enum: ["transient", "timeout", "rate_limited", "unexpected", "invalid", "data", "budget"] },
          "x-label": t("editor.retryOn"),
          description: t("editor.retryOnHint"),
        },
      },
    },
  },
});

/** One run for each chunk of the items of an ancestor. */
export const parallelSchema = (t: Translate): Schema => ({
  type: "object",
  properties: {
    parallel: {
      type: "object",
      description: t("editor.parallelHint"),
      "x-label": t("editor.parallel"),
      required: ["over"],
      properties: {
        over: { type: "string", "x-label": t("editor.over"), description: t("editor.overHint") },
        chunk: { type: "integer", default: 500, "x-label": t("editor.chunk") },
        maxConcurrency: { type: "integer", default: 8, "x-label": t("editor.maxConcurrency") },
        tolerate: {
          type: "object",
          "x-label": t("editor.tolerate"),
          description: t("editor.tolerateHint"),
          properties: {
            count: { type: "integer", default: 0, "x-label": t("editor.tolerateCount") },
            percent: { type: "number", default: 0, "x-label": t("editor.toleratePercent") },
          },
        },
      },
    },
  },
});

/** The columns of a definition that are plain values. */
export const definitionSchema = (t: Translate): Schema => ({
  type: "object",
  properties: {
    budget_usd: { type: "number", "x-label": t("editor.budget"), description: t("editor.budgetHint") },
    max_active: { type: "integer", "x-label": t("editor.maxActive"), description: t("editor.maxActiveHint") },
    priority: { type: "integer", default: 0, "x-label": t("editor.priority"), description: t("editor.priorityHint") },
  },
});

export const scheduleSchema = (t: Translate): Schema => ({
  type: "object",
  properties: {
    misfire: {
      type: "string",
      enum: ["latest", "none", "all"],
      default: "latest",
      "x-label": t("editor.misfire"),
      "x-words": { latest: t("editor.misfireLatest"), none: t("editor.misfireNone"), all: t("editor.misfireAll") },
    },
    overlap: {
      type: "string",
      enum: ["skip", "queue", "allow"],
      default: "skip",
      "x-label": t("editor.overlap"),
      "x-words": { skip: t("editor.overlapSkip"), queue: t("editor.overlapQueue"), allow: t("editor.overlapAllow") },
    },
  },
});
