import { expect, test } from "vitest";
import { type Draft, empty, type Step } from "./draft";
import { added, ancestorsOf, connected, disconnected, edgesOf, freshKey, mayConnect, mayFollow, mayPrecede, nextOf, parentsOf, reachable, removed, renamed, runnerOf } from "./steps";

const draft = (...steps: Step[]): Draft => ({ ...empty, name: "a", steps });
const chain = draft({ key: "collect", nextSteps: ["process"] }, { key: "process", nextSteps: ["load"] }, { key: "load" });

test("a new step is called like its runner, and runs after the chosen one", () => {
  const { draft: grown, key } = added(chain, "load", "process");
  expect(key).toBe("load_2");
  expect(grown.steps.at(-1)).toEqual({ key: "load_2", runner: "load" });
  expect(nextOf(grown.steps[1] as Step)).toEqual(["load", "load_2"]);
  expect(added(draft(), "collect", null).draft.steps).toEqual([{ key: "collect" }]);
});

test("a key that is taken gets a number", () => {
  expect(freshKey([{ key: "a" }, { key: "a_2" }], "a")).toBe("a_3");
});

test("what led to a step that is gone leads nowhere", () => {
  expect(removed(chain, "process").steps).toEqual([{ key: "collect" }, { key: "load" }]);
});

test("an edge is drawn once, and taken away", () => {
  const edge = { from: "collect", to: "load" };
  const drawn = connected(chain, edge);
  expect(nextOf(drawn.steps[0] as Step)).toEqual(["process", "load"]);
  expect(connected(drawn, edge)).toEqual(drawn);
  expect(disconnected(drawn, edge)).toEqual(chain);
});

test("an edge that would close a cycle may not be drawn", () => {
  const edges = edgesOf(chain.steps);
  expect(mayConnect(edges, { from: "load", to: "collect" })).toBe(false);
  expect(mayConnect(edges, { from: "load", to: "load" })).toBe(false);
  expect(mayConnect(edges, { from: "collect", to: "process" })).toBe(false);
  expect(mayConnect(edges, { from: "collect", to: "load" })).toBe(true);
});

test("what a step may run after and before is what may be connected to it", () => {
  const steps = [...chain.steps, { key: "alone" }];
  const edges = edgesOf(steps);
  const others = (key: string) => steps.map((step) => step.key).filter((other) => other !== key);
  for (const step of steps) {
    const { key } = step;
    expect(mayPrecede(steps, key)).toEqual(others(key).filter((other) => mayConnect(edges, { from: other, to: key })));
    expect(mayFollow(steps, step)).toEqual(others(key).filter((other) => mayConnect(edges, { from: key, to: other })));
  }
  expect(mayPrecede(steps, "load")).toEqual(["collect", "alone"]);
});

test("a step that is called otherwise keeps its runner and its edges", () => {
  const parallel = draft({ key: "collect", nextSteps: ["load"] }, { key: "load", parallel: { over: "collect", chunk: 5 } });
  const [first, second] = renamed(parallel, "collect", "questions").steps;
  expect(first).toEqual({ key: "questions", nextSteps: ["load"], runner: "collect" });
  expect(second?.["parallel"]).toEqual({ over: "questions", chunk: 5 });
  expect(parentsOf(renamed(chain, "load", "store").steps, "store")).toEqual(["process"]);
});

test("what leads to a step, and where it leads", () => {
  expect(ancestorsOf(chain.steps, "load")).toEqual(["process", "collect"]);
  expect([...reachable(edgesOf(chain.steps), "collect")]).toEqual(["collect", "process", "load"]);
  expect(ancestorsOf([{ key: "a", nextSteps: ["b"] }, { key: "b", nextSteps: ["a"] }], "a")).toEqual(["b"]);
});

test("a step without a runner is run by the one of its name", () => {
  expect(runnerOf({ key: "collect" })).toBe("collect");
  expect(runnerOf({ key: "questions", runner: "collect" })).toBe("collect");
});
