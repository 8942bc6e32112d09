import { expect, test } from "vitest";
import { linesOf } from "./lines";

const positions = new Map([["a", { x: 0, y: 0 }], ["b", { x: 300, y: 100 }]]);
const step = (key: string, state?: string) => ({ key, runner: "load", state });

test("a line leads from the right of a step to the left of the next", () => {
  const [line] = linesOf([{ from: "a", to: "b" }], [step("a"), step("b")], positions);
  expect(line).toEqual({ id: "a>b", path: expect.stringMatching(/^M200,28 .* 300,128$/), isGone: false });
});

test("what follows a step that succeeded has been gone", () => {
  const [line] = linesOf([{ from: "a", to: "b" }], [step("a", "succeeded"), step("b", "succeeded")], positions);
  expect(line?.isGone).toBe(true);
});

test("an edge to a step that is not there is no line", () => {
  expect(linesOf([{ from: "a", to: "gone" }, { from: "a", to: "b" }], [step("a")], positions)).toEqual([]);
});

test("many edges are straight, because curves take long to draw", () => {
  const many = Array.from({ length: 401 }, () => ({ from: "a", to: "b" }));
  expect(linesOf(many, [step("a"), step("b")], positions)[0]?.path).toBe("M200,28L300,128");
});
