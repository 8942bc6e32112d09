import { expect, test } from "vitest";
import { Echoes } from "./echoes";

test("what was told comes back, late and not all of it", () => {
  const echoes = new Echoes("");
  for (const text of ["a", "ab", "abc"]) echoes.tell(text);
  expect(echoes.hears("")).toBe(true);
  expect(echoes.hears("ab")).toBe(true);
  expect(echoes.hears("abc")).toBe(true);
});

test("what somebody else has written is no echo, nor is what is told and heard again", () => {
  const echoes = new Echoes("a");
  echoes.tell("ab");
  expect(echoes.hears("ab")).toBe(true);
  expect(echoes.hears("a")).toBe(false);
  echoes.tell("ac");
  expect(echoes.hears("reset")).toBe(false);
  expect(echoes.hears("ac")).toBe(false);
});
