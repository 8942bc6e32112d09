import { expect, test } from "vitest";
import { edgeAt, stepAt } from "./hit";

const positions = new Map([
  ["a", { x: 0, y: 0 }],
  ["b", { x: 300, y: 100 }],
  ["c", { x: 310, y: 110 }],
]);
const edges = [{ from: "a", to: "b" }, { from: "a", to: "c" }, { from: "a", to: "gone" }];

test.each([
  [{ x: 0, y: 0 }, "a"],
  [{ x: 200, y: 56 }, "a"],
  [{ x: 201, y: 30 }, null],
  [{ x: 305, y: 105 }, "b"],
  [{ x: 320, y: 120 }, "c"],
])("at %j is %s", (place, key) => {
  expect(stepAt(positions, place)).toBe(key);
});

test("the nearest edge is meant, if it is near", () => {
  expect(edgeAt(edges, positions, { x: 299, y: 127 }, 10)).toEqual({ from: "a", to: "b" });
  expect(edgeAt(edges, positions, { x: 309, y: 139 }, 10)).toEqual({ from: "a", to: "c" });
  expect(edgeAt(edges, positions, { x: 220, y: 80 }, 10)).toBeNull();
});

test("an edge ends where its steps are", () => {
  expect(edgeAt(edges, positions, { x: 150, y: 28 }, 10)).toBeNull();
});
