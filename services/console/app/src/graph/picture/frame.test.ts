import { expect, test } from "vitest";
import { frameOf, isShown } from "./frame";

const view = { x: 0, y: 0, zoom: 0.5, width: 1000, height: 600 };

test("a picture is good for a little way in each direction, and not for a long one", () => {
  const frame = frameOf(view);
  expect(isShown(view, frame)).toBe(true);
  for (const way of [-1, 1]) {
    expect(isShown({ ...view, x: way * 100, y: way * 60 }, frame)).toBe(true);
    expect(isShown({ ...view, x: way * 200 }, frame)).toBe(false);
    expect(isShown({ ...view, y: way * 120 }, frame)).toBe(false);
  }
});

test("a picture is stretched a little before it is painted anew, and shown smaller only while it fills the window", () => {
  const frame = frameOf(view);
  expect(isShown({ ...view, zoom: 0.6 }, frame)).toBe(true);
  expect(isShown({ ...view, zoom: 0.8 }, frame)).toBe(false);
  expect(isShown({ ...view, zoom: 0.4 }, frame)).toBe(false);
});
