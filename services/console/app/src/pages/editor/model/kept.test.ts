import { expect, test } from "vitest";
import { empty } from "./draft";
import { readDraft, readKept } from "./kept";

const draft = { ...empty, name: "a", steps: [{ key: "collect" }] };

test("a kept draft comes back with what it was made from", () => {
  const kept = { version: 3, at: "2026-01-01T00:00:00Z", draft, base: empty };
  expect(readKept(JSON.stringify(kept))).toEqual(kept);
});

test("what cannot be read is as if it were not there", () => {
  for (const text of [null, "{", "[]", '{"version": 1}', '{"version": 1, "at": "x", "draft": {}, "base": {}}']) expect(readKept(text)).toBeNull();
});

test("a definition that is pasted in needs steps with keys; the rest has defaults", () => {
  expect(readDraft({ steps: [{ key: "a" }], version: 4 })).toEqual({ ...empty, steps: [{ key: "a" }] });
  expect(readDraft({ steps: [{}] })).toBeNull();
  expect(readDraft([1])).toBeNull();
});
