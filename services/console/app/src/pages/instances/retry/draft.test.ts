import { expect, test } from "vitest";
import type { DefinitionOut } from "../../../api/schema";
import { afterSave, type Draft, edited, isEdited, onTopOf, problemsFor, settingsOf, withEdit, withSettings } from "./draft";

const base: DefinitionOut = {
  name: "questions", version: 2, description: "", cron: null, timezone: "UTC", params_schema: {}, enabled: true, priority: 0,
  max_active: null, misfire: "latest", overlap: "skip", budget_usd: null,
  steps: [{ key: "collect", params: { sql: "select 1" }, nextSteps: ["load"] }, { key: "load", params: { table: "t" } }],
};
const draft: Draft = { base, edits: {} };
const mended = { key: "load", params: { table: "question" } };

test("an edit stands in the place of its step, and one that changes nothing is none", () => {
  const after = withEdit(draft, "load", mended);
  expect(edited(after).steps).toEqual([base.steps[0], mended]);
  expect(isEdited(withEdit(after, "load", { key: "load", params: { table: "t" } }))).toBe(false);
});

test("an edit is kept when somebody else saves a version meanwhile", () => {
  const theirs: DefinitionOut = { ...base, version: 3, steps: [{ key: "collect", params: { sql: "select 2" } }, { key: "load" }] };
  const after = edited(onTopOf(withEdit(draft, "load", mended), theirs));
  expect(after.version).toBe(3);
  expect(after.steps).toEqual([theirs.steps[0], mended]);
});

test("what somebody else has changed in the same step stands beside an edit of it", () => {
  const theirs: DefinitionOut = {
    ...base, version: 3,
    steps: [{ key: "collect", params: { sql: "select 1" }, nextSteps: ["load"] }, { key: "load", params: { table: "t", mode: "append" }, nextSteps: ["embed"] }, { key: "embed" }],
  };
  const after = onTopOf(withEdit(draft, "load", mended), theirs);
  expect(edited(after).steps[1]).toEqual({ key: "load", params: { table: "question", mode: "append" }, nextSteps: ["embed"] });
  expect(isEdited(onTopOf(withEdit(draft, "load", { key: "load", params: { table: "t", mode: "append" } }), { ...theirs, steps: [base.steps[0]!, { key: "load", params: { table: "t", mode: "append" } }] }))).toBe(false);
});

test("what is typed while a draft is saved is an edit of what was saved", () => {
  const sent = withEdit(draft, "load", mended);
  expect(afterSave(sent, sent, 3)).toEqual({ base: { ...base, version: 3, steps: [base.steps[0], mended] }, edits: {} });
  const typed = { key: "load", params: { table: "question_2" } };
  const after = afterSave(withEdit(sent, "load", typed), sent, 3);
  expect([after.base.version, after.base.steps[1], after.edits]).toEqual([3, mended, { load: typed }]);
});

test("problems go to the fields of the step, to the rest of it, or are told apart from it", () => {
  const told = problemsFor(draft, "load", [
    { path: "steps[1].params.table", message: "no" },
    { path: "steps[1].retry.maxAttempts", message: "too many" },
    { path: "steps[0].params.sql", message: "wrong" },
    { path: "steps[10].key", message: "far" },
  ]);
  expect(told.params).toEqual([{ path: "table", message: "no" }]);
  expect(told.step).toEqual([{ path: "retry.maxAttempts", message: "too many" }]);
  expect(told.others.map(({ path }) => path)).toEqual(["steps[0].params.sql", "steps[10].key"]);
});

test("settings come and go without the params and the place in the graph", () => {
  const step = { key: "load", runner: "load", params: { a: 1 }, nextSteps: ["x"], retry: { maxAttempts: 2 } };
  expect(settingsOf(step)).toEqual({ retry: { maxAttempts: 2 } });
  expect(withSettings(step, { timeoutSeconds: 5 })).toEqual({
    key: "load", runner: "load", params: { a: 1 }, nextSteps: ["x"], timeoutSeconds: 5,
  });
});
