import { expect, test } from "vitest";
import { stack } from "./stack";

test("each part begins where the one below it ends, and none is below nothing", () => {
  expect(stack([{ value: 2 }, { value: -1 }, { value: 3 }])).toEqual([
    { value: 2, from: 0, to: 2 },
    { value: -1, from: 2, to: 2 },
    { value: 3, from: 2, to: 5 },
  ]);
});
