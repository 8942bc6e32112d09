import { expect, test } from "vitest";
import { layOut } from "./layout";

test("what follows a step stands right of it", () => {
  const edges = [{ from: "a", to: "b" }, { from: "a", to: "c" }, { from: "b", to: "d" }, { from: "c", to: "d" }];
  const at = new Map(layOut({ keys: ["a", "b", "c", "d"], edges }));
  for (const { from, to } of edges) expect(at.get(to)?.x).toBeGreaterThan((at.get(from)?.x ?? 0) + 200);
  expect(at.get("b")?.y).not.toBe(at.get("c")?.y);
});

test("a cycle and an edge that leads nowhere are laid out all the same", () => {
  const edges = [{ from: "a", to: "b" }, { from: "b", to: "a" }, { from: "a", to: "gone" }];
  expect(layOut({ keys: ["a", "b"], edges })).toHaveLength(2);
});

test("a large graph is laid out at once", () => {
  const keys = Array.from({ length: 1000 }, (_, at) => `s${at}`);
  const edges = keys.slice(20).map((to, at) => ({ from: `s${at}`, to }));
  const began = performance.now();
  expect(layOut({ keys, edges })).toHaveLength(1000);
  expect(performance.now() - began).toBeLessThan(500);
});
