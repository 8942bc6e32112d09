import { expect, test } from "vitest";
import { NODE, type Positions } from "./types";
import { isSameView, wholeView } from "./view";

const chain = (count: number): Positions => new Map(Array.from({ length: count }, (_, at) => [`s${at}`, { x: at * 250, y: 0 }]));

test("one step stands in the middle and is not made larger than it is", () => {
  const view = wholeView(chain(1), { width: 800, height: 400 });
  expect(view).toEqual({ x: (800 - NODE.width) / 2, y: (400 - NODE.height) / 2, zoom: 1 });
});

test("many steps are shown whole, few of them stay readable", () => {
  expect(wholeView(chain(100), { width: 800, height: 400 }).zoom).toBeLessThan(0.04);
  expect(wholeView(chain(40), { width: 800, height: 400 }).zoom).toBe(0.5);
});

test("a wider place gives another view, a breath of a pixel does not", () => {
  const [narrow, wide] = [800, 1_000].map((width) => wholeView(chain(8), { width, height: 400 }));
  if (!narrow || !wide) throw new Error("two sizes give two views");
  expect(isSameView(narrow, wide)).toBe(false);
  expect(isSameView(narrow, { ...narrow, x: narrow.x + 0.4 })).toBe(true);
});
