import { expect, test } from "vitest";
import { askedOf } from "./asked";

const form = { params: {}, sample: "", step: "", using: "" };

test("an empty sample asks for all items", () => {
  expect(askedOf({ ...form, params: { limit: 3 } })).toEqual({ params: { limit: 3 } });
});

test("one step goes with the instance that it is tried on, and keeps that one's params", () => {
  expect(askedOf({ ...form, sample: " 20 ", step: "load", using: "7" })).toEqual({ sample: 20, step: "load", using: 7 });
});

test("params that were typed for one step are sent", () => {
  expect(askedOf({ ...form, params: { limit: 3 }, step: "load", using: "7" })).toEqual({ params: { limit: 3 }, step: "load", using: 7 });
});

test("what is no number is left for the server to refuse", () => {
  expect(askedOf({ ...form, sample: "many" })).toEqual({ sample: "many", params: {} });
});
