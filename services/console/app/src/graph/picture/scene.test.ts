import { expect, test } from "vitest";
import { sceneOf } from "./scene";

const positions = new Map([["a", { x: 0, y: 0 }], ["b", { x: 300, y: 100 }]]);
const edge = { from: "a", to: "b" };
const a = { key: "a", runner: "load", state: "succeeded" };
const b = { key: "b", runner: "load", problems: 2 };

test("a box has the tone of its state, and a bad one if something is wrong with it", () => {
  const { boxes } = sceneOf([a, b], [], positions, null);
  expect([...boxes]).toEqual([["ok", [{ key: "a", x: 0, y: 0 }]], ["bad", [{ key: "b", x: 300, y: 100 }]]]);
});

test("a line leads from the right of one step to the left of the next, in the way in which it is told apart", () => {
  const ends = [200, 28, 300, 128];
  expect([...sceneOf([a, b], [edge], positions, null).lines.gone]).toEqual(ends);
  expect([...sceneOf([{ ...a, state: "failed" }, b], [edge], positions, null).lines.plain]).toEqual(ends);
  expect([...sceneOf([a, b], [edge], positions, "a>b").lines.chosen]).toEqual(ends);
});

test("what is not laid out is not drawn", () => {
  const { boxes, lines } = sceneOf([a, { key: "new", runner: "load" }], [{ from: "a", to: "new" }], positions, null);
  expect([...boxes.keys()]).toEqual(["ok"]);
  expect(lines.gone).toHaveLength(0);
});
