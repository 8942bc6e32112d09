import { expect, test } from "vitest";
import { compared } from "./compared";

test("without an address the newest is compared with the one before", () => {
  expect(compared([3, 2, 1], {})).toEqual({ from: 2, to: 3 });
});

test("the address names any two, in any order", () => {
  expect(compared([3, 2, 1], { from: "3", to: "1" })).toEqual({ from: 3, to: 1 });
});

test("one of the two is compared with the one before it; the first with the second", () => {
  expect(compared([3, 2, 1], { to: "2" })).toEqual({ from: 1, to: 2 });
  expect(compared([3, 2, 1], { to: "1" })).toEqual({ from: 2, to: 1 });
});

test("what is no version is not taken", () => {
  expect(compared([2, 1], { from: "7", to: "x" })).toEqual({ from: 1, to: 2 });
});

test("one version alone is compared with nothing", () => {
  expect(compared([1], {})).toBeNull();
});
