import { expect, test } from "vitest";
import { layersOf, layOutLarge } from "./layers";
import { type DagEdge, NODE } from "./types";

const keysOf = (count: number) => Array.from({ length: count }, (_, at) => `s${at}`);
const chain = (count: number): DagEdge[] => keysOf(count - 1).map((from, at) => ({ from, to: `s${at + 1}` }));
const fan = (count: number): DagEdge[] => keysOf(count).slice(1).map((to) => ({ from: "s0", to }));

test("a step stands in the layer after the last that leads to it", () => {
  const edges = [{ from: "a", to: "b" }, { from: "b", to: "d" }, { from: "a", to: "d" }, { from: "a", to: "c" }];
  expect(layersOf({ keys: ["d", "c", "b", "a"], edges })).toEqual([["a"], ["c", "b"], ["d"]]);
});

test("children keep the order of their parents, so that fewer edges cross", () => {
  const edges = [{ from: "a", to: "y" }, { from: "b", to: "x" }];
  expect(layersOf({ keys: ["a", "b", "x", "y"], edges })[1]).toEqual(["y", "x"]);
});

test("a cycle and an edge that leads nowhere do no harm", () => {
  const edges = [{ from: "a", to: "b" }, { from: "b", to: "a" }, { from: "a", to: "gone" }];
  expect(layersOf({ keys: ["a", "b"], edges }).flat().sort()).toEqual(["a", "b"]);
});

test("many wide layers stand beside each other, none alone below the others", () => {
  const keys = Array.from({ length: 1000 }, (_, at) => `s${at}`);
  const edges = keys.slice(0, 900).map((from, at) => ({ from, to: `s${at + 100}` }));
  const places = layOutLarge({ keys, edges });
  const lowest = (from: number) => Math.max(...keys.slice(from, from + 100).map((key) => places.get(key)?.y ?? 0));
  expect(lowest(900)).toBe(lowest(0));
});

test("a last step stands at the right of those before it, not below them", () => {
  const wide = keysOf(998);
  const edges = wide.flatMap((key) => [{ from: "first", to: key }, { from: key, to: "last" }]);
  const places = layOutLarge({ keys: ["first", ...wide, "last"], edges });
  expect(places.get("last")?.x).toBe(Math.max(...[...places.values()].map(({ x }) => x)));
});

test.each([
  ["a chain", chain(1000)],
  ["a fan", fan(1000)],
  ["steps without edges", []],
])("%s of 1,000 steps has about the shape of a window, and no two steps overlap", (_, edges) => {
  const places = [...layOutLarge({ keys: keysOf(1000), edges }).values()];
  const width = Math.max(...places.map(({ x }) => x)) + NODE.width;
  const height = Math.max(...places.map(({ y }) => y)) + NODE.height;
  expect(width / height).toBeGreaterThan(1);
  expect(width / height).toBeLessThan(2.6);
  expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(1000);
});
