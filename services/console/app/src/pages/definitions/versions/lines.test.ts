import { expect, test } from "vitest";
import { lineDiff } from "./lines";

const short = (before: string, after: string) =>
  lineDiff(before, after).map(({ kind, text }) => `${{ same: " ", gone: "-", added: "+" }[kind]}${text}`);

test("lines that both have stay where they are", () => {
  expect(short("select n\nfrom items\norder by n", "select n, word\nfrom items\norder by n")).toEqual([
    "-select n",
    "+select n, word",
    " from items",
    " order by n",
  ]);
});

test("what is added at the end, and what goes at the start, is said as such", () => {
  expect(short("a\nb", "b\nc")).toEqual(["-a", " b", "+c"]);
});

test("equal texts have no difference", () => {
  expect(short("a\nb", "a\nb")).toEqual([" a", " b"]);
});

test("texts too long to compare are shown whole", () => {
  const long = Array.from({ length: 1_001 }, (_, line) => `line ${line}`).join("\n");
  const lines = lineDiff(long, "one");
  expect(lines).toHaveLength(1_002);
  expect(lines.at(-1)).toEqual({ text: "one", kind: "added" });
});
