import { expect, test } from "vitest";
import { covers } from "./roles";

test("each role may do what those before it may, and no more", () => {
  expect(covers("editor", "operator")).toBe(true);
  expect(covers("operator", "operator")).toBe(true);
  expect(covers("viewer", "operator")).toBe(false);
});
