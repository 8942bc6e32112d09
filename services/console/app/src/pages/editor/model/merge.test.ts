import { expect, test } from "vitest";
import { type Draft, empty, type Step } from "./draft";
import { merged } from "./merge";

const base: Draft = {
  ...empty,
  name: "a",
  steps: [
    { key: "collect", params: { path: "x", limit: 1 }, nextSteps: ["load"] },
    { key: "load", params: { table: "t" } },
  ],
};
const withStep = (draft: Draft, at: number, change: (step: Step) => object): Draft => ({
  ...draft,
  steps: draft.steps.map((step, index) => (index === at ? ({ ...step, ...change(step) } as Step) : step)),
});

test("changes of different places both stand", () => {
  const theirs = { ...withStep(base, 1, () => ({ description: "theirs" })), cron: "0 3 * * *" };
  const mine = withStep(base, 0, () => ({ params: { path: "x", limit: 2 } }));
  const { draft, clashes } = merged(base, theirs, mine);
  expect(clashes).toEqual([]);
  expect(draft.cron).toBe("0 3 * * *");
  expect(draft.steps[0]?.["params"]).toEqual({ path: "x", limit: 2 });
  expect(draft.steps[1]?.["description"]).toBe("theirs");
});

test("fields of one object are merged one by one", () => {
  const theirs = withStep(base, 0, () => ({ params: { path: "y", limit: 1 } }));
  const mine = withStep(base, 0, () => ({ params: { path: "x", limit: 2 } }));
  expect(merged(base, theirs, mine).draft.steps[0]?.["params"]).toEqual({ path: "y", limit: 2 });
});

test("where both changed one place mine stands, and the clash is told", () => {
  const theirs = withStep(base, 1, () => ({ params: { table: "theirs" } }));
  const mine = withStep(base, 1, () => ({ params: { table: "mine" } }));
  const { draft, clashes } = merged(base, theirs, mine);
  expect(draft.steps[1]?.["params"]).toEqual({ table: "mine" });
  expect(clashes).toEqual([{ path: "steps.load.params.table", theirs: "theirs", mine: "mine" }]);
});

test("steps that each added are both there, led to from one step", () => {
  const added = (key: string): Draft => ({
    ...withStep(base, 0, () => ({ nextSteps: ["load", key] })),
    steps: [...withStep(base, 0, () => ({ nextSteps: ["load", key] })).steps, { key }],
  });
  const { draft, clashes } = merged(base, added("one"), added("two"));
  expect(clashes).toEqual([]);
  expect(draft.steps.map(({ key }) => key)).toEqual(["collect", "load", "two", "one"]);
  expect(draft.steps[0]?.["nextSteps"]).toEqual(["load", "one", "two"]);
});

test("a step that they deleted and I left alone is gone, and nothing leads to it", () => {
  const theirs = { ...base, steps: [{ key: "collect", params: { path: "x", limit: 1 } }] };
  const mine = { ...withStep(base, 0, () => ({ description: "mine" })) };
  const { draft, clashes } = merged(base, theirs, mine);
  expect(clashes).toEqual([]);
  expect(draft.steps).toEqual([{ key: "collect", params: { path: "x", limit: 1 }, description: "mine" }]);
});

test("a step that they deleted and I changed stays, and the clash is told", () => {
  const theirs = { ...base, steps: base.steps.slice(0, 1).map(({ nextSteps: _next, ...step }) => step as Step) };
  const mine = withStep(base, 1, () => ({ params: { table: "mine" } }));
  const { draft, clashes } = merged(base, theirs, mine);
  expect(draft.steps.map(({ key }) => key)).toEqual(["collect", "load"]);
  expect(clashes.map(({ path }) => path)).toEqual(["steps.load"]);
});

test("the same change of both is no clash", () => {
  const both = withStep(base, 1, () => ({ params: { table: "same" } }));
  expect(merged(base, both, both).clashes).toEqual([]);
});

test("a step that they took away and I have changed runs after what it ran after", () => {
  const theirs = { ...base, steps: [{ key: "collect", params: { path: "x", limit: 1 } }] };
  const mine = withStep(base, 1, () => ({ params: { table: "u" } }));
  const { draft, clashes } = merged(base, theirs, mine);
  expect(clashes.map(({ path }) => path)).toEqual(["steps.load"]);
  expect(draft.steps.map(({ key, nextSteps }) => [key, nextSteps])).toEqual([
    ["collect", ["load"]],
    ["load", undefined],
  ]);
});
