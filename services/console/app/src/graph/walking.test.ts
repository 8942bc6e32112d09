import { expect, test } from "vitest";
import { neighbours } from "./layers";
import { stepTowards } from "./walking";

const keys = ["a", "b", "c", "d"];
const edges = [{ from: "a", to: "b" }, { from: "a", to: "c" }, { from: "b", to: "d" }, { from: "c", to: "d" }];
const positions = new Map([
  ["a", { x: 0, y: 50 }],
  ["b", { x: 250, y: 0 }],
  ["c", { x: 250, y: 90 }],
  ["d", { x: 500, y: 50 }],
]);
const map = { positions, ...neighbours(keys, edges) };

test.each([
  ["a", "right", "c"], ["c", "up", "b"], ["b", "down", "c"], ["b", "right", "d"], ["d", "left", "c"], ["a", "left", "a"],
] as const)("from %s an arrow to the %s leads to %s", (from, way, to) => {
  expect(stepTowards(way, from, map)).toBe(to);
});

test("from a step that is gone no arrow leads anywhere", () => {
  expect(stepTowards("right", "gone", map)).toBe("gone");
});
