import { expect, test } from "vitest";
import { diffLines, withoutFar } from "./diffing";

const short = (before: string, after: string) =>
  diffLines(before, after).map(({ kind, text }) => ({ same: " ", added: "+", removed: "-" })[kind] + text);

test.each([
  ["", "", []],
  ["a", "a", [" a"]],
  ["", "a\nb", ["+a", "+b"]],
  ["a\nb", "", ["-a", "-b"]],
  ["a\nb\nc", "a\nx\nc", [" a", "-b", "+x", " c"]],
  ["a\nb", "a\na\nb", [" a", "+a", " b"]],
  ["a\nb\nc\nd", "b\nd\ne", ["-a", " b", "-c", " d", "+e"]],
])("%j becomes %j", (before, after, lines) => {
  expect(short(before, after)).toEqual(lines);
});

test("the lines of a diff without the added ones are the old text, and without the removed ones the new", () => {
  const [before, after] = ["one\ntwo\nthree\ntwo", "two\nthree\nfour\ntwo\none"];
  const lines = diffLines(before, after);
  const side = (gone: string) => lines.filter(({ kind }) => kind !== gone).map(({ text }) => text).join("\n");
  expect([side("added"), side("removed")]).toEqual([before, after]);
});

test("texts without an end are compared in time", () => {
  const long = (word: string) => Array.from({ length: 5_000 }, (_, at) => `${word} ${at}`).join("\n");
  expect(diffLines(long("a"), long("b"))).toHaveLength(10_000);
});

test("what is far from any change is counted and left out", () => {
  const before = Array.from({ length: 20 }, (_, at) => `line ${at}`);
  const after = before.with(10, "other");
  const parts = withoutFar(diffLines(before.join("\n"), after.join("\n")), 1);
  expect(parts.map((part) => (part.kind === "gap" ? part.count : part.lines.length))).toEqual([9, 4, 8]);
});
