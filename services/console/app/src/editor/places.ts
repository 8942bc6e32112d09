import type { CodeProblem } from "./types";

export interface Span {
  from: number;
  to: number;
}

/** Where a problem is in the text: from its column to the end of the word, else its line, else the first line. */
export function spanOf(text: string, { line, column }: CodeProblem): Span {
  const lines = text.split("\n");
  const at = Math.min(Math.max(line ?? 1, 1), lines.length) - 1;
  const start = lines.slice(0, at).reduce((sum, one) => sum + one.length + 1, 0);
  const words = lines[at] ?? "";
  if (column === undefined) return { from: start, to: start + words.length };
  const from = start + Math.min(Math.max(column - 1, 0), words.length);
  const word = /^\w+|^\S/.exec(text.slice(from, start + words.length))?.[0] ?? "";
  return { from, to: from + word.length };
}
