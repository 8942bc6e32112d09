import { expect, test } from "vitest";
import { askedOf, filterOf, isEmpty } from "./filter";

const now = new Date("2026-11-21T12:00:00Z");

test("an address with nothing in it asks for everything", () => {
  expect(isEmpty(filterOf({}))).toBe(true);
  expect(askedOf(filterOf({}), now)).toEqual({});
});

test("a span counts back from now", () => {
  expect(askedOf(filterOf({ within: "day", status: "failed" }), now)).toEqual({
    status: "failed",
    created_from: "2026-11-20T12:00:00.000Z",
  });
});

test("what a link got wrong is left out", () => {
  expect(isEmpty(filterOf({ status: "sunny", definition: "No Such", from: "soon", within: "eon" }))).toBe(true);
});

test("a link may name the two instants", () => {
  const filter = filterOf({ from: "2026-11-20T00:00:00Z", until: "2026-11-21T00:00:00Z" });
  expect(askedOf(filter, now)).toEqual({
    created_from: "2026-11-20T00:00:00.000Z",
    created_until: "2026-11-21T00:00:00.000Z",
  });
});
