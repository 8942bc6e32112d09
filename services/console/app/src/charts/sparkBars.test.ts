import { expect, test } from "vitest";
import { sparkBars } from "./sparkBars";

const run = (id: number, duration: number | null) => ({ id, status: "succeeded", duration });

test("the longest run is as high as the chart, and the shortest can still be seen", () => {
  expect(sparkBars([run(1, 100), run(2, 25), run(3, 0)], 24).map(({ height }) => height)).toEqual([24, 12, 4]);
});

test("a run that has not ended, and runs of no time, are drawn", () => {
  expect(sparkBars([run(1, null)], 24).map(({ height }) => height)).toEqual([24]);
  expect(sparkBars([run(1, 0), run(2, null)], 24).map(({ height }) => height)).toEqual([24, 24]);
});
