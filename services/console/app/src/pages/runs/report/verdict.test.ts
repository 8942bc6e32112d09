import { expect, test } from "vitest";
import { shareOf, verdictOf } from "./verdict";

const done = { is_done: true, status: "succeeded", problems: [], at_most_usd: "1.5", budget_usd: "2" };

test("while it goes on nothing is judged", () => {
  expect(verdictOf({ ...done, is_done: false, status: "running" })).toBe("rehearsing");
});

test("a price above the budget is said before other problems", () => {
  expect(verdictOf({ ...done, budget_usd: "1.49", problems: [{ step: "ask", message: "would stop" }] })).toBe("tooDear");
});

test("a budget is not exceeded by what is equal to it, written otherwise", () => {
  expect(verdictOf({ ...done, at_most_usd: "2.00" })).toBe("fine");
});

test("problems count even if every step succeeded", () => {
  expect(verdictOf({ ...done, problems: [{ step: null, message: "no" }] })).toBe("problems");
});

test("what asks nobody is free", () => {
  expect(verdictOf({ ...done, at_most_usd: "0", budget_usd: null })).toBe("free");
});

test("a budget of nothing is full with any price", () => {
  expect(shareOf("0.1", "0")).toBe(1);
  expect(shareOf("0", "0")).toBe(0);
  expect(shareOf("1", "4")).toBe(0.25);
  expect(shareOf("1", null)).toBeNull();
});
