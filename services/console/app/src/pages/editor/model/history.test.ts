import { expect, test } from "vitest";
import { begun, noted, redone, undone } from "./history";

test("what was done is undone and done again", () => {
  const two = noted(noted(begun("a"), "b", "x", 0), "c", "y", 10);
  expect(undone(two).present).toBe("b");
  expect(undone(undone(undone(two))).present).toBe("a");
  expect(redone(undone(two)).present).toBe("c");
});

test("typing into one place is one change, a pause makes another", () => {
  const typed = noted(noted(noted(begun("a"), "ab", "x", 0), "abc", "x", 900), "abcd", "x", 2_000);
  expect(typed.past).toEqual(["a", "abc"]);
});

test("what is done after an undo takes the place of what was undone", () => {
  const history = noted(undone(noted(begun("a"), "b", "x", 0)), "c", "x", 10);
  expect(history.future).toEqual([]);
  expect(undone(history).present).toBe("a");
});
