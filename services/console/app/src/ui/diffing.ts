export interface DiffLine {
  kind: "same" | "added" | "removed";
  text: string;
}

/** What makes one text of another, line by line. Lines that both begin or end with are never compared further. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  return [
    ...marked("same", now.slice(0, start)),
    ...between(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...marked("same", now.slice(now.length - end)),
  ];
}

const MOST_CELLS = 4_000_000;
const linesOf = (text: string) => (text === "" ? [] : text.split("\n"));
const marked = (kind: DiffLine["kind"], lines: readonly string[]): DiffLine[] => lines.map((text) => ({ kind, text }));

/** By the longest common subsequence; texts too long for its table are replaced as a whole. */
function between(old: readonly string[], now: readonly string[]): DiffLine[] {
  if (old.length * now.length > MOST_CELLS) return [...marked("removed", old), ...marked("added", now)];
  const lengths = commonLengths(old, now);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length && j < now.length) {
    if (old[i] === now[j]) {
      lines.push({ kind: "same", text: old[i] ?? "" });
      i += 1;
      j += 1;
    } else if ((lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0)) lines.push({ kind: "removed", text: old[i++] ?? "" });
    else lines.push({ kind: "added", text: now[j++] ?? "" });
  }
  return [...lines, ...marked("removed", old.slice(i)), ...marked("added", now.slice(j))];
}

/** How long the common subsequence of what follows is, for each pair of places. */
function commonLengths(old: readonly string[], now: readonly string[]): Uint32Array[] {
  const rows = Array.from({ length: old.length + 1 }, () => new Uint32Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      const length = old[i] === now[j] ? (rows[i + 1]?.[j + 1] ?? 0) + 1 : Math.max(rows[i + 1]?.[j] ?? 0, rows[i]?.[j + 1] ?? 0);
      rows[i]?.fill(length, j, j + 1);
    }
  }
  return rows;
}

/** A run of lines to show, or how many unchanged ones are left out between two of them. */
export type DiffPart = { kind: "lines"; lines: DiffLine[] } | { kind: "gap"; count: number };

/** Leaves out what is far from any change. */
export function withoutFar(lines: readonly DiffLine[], around = 3): DiffPart[] {
  const isNear = (at: number) => lines.slice(Math.max(0, at - around), at + around + 1).some(({ kind }) => kind !== "same");
  const parts: DiffPart[] = [];
  for (const [at, line] of lines.entries()) {
    const last = parts.at(-1);
    if (isNear(at)) {
      if (last?.kind === "lines") last.lines.push(line);
      else parts.push({ kind: "lines", lines: [line] });
    } else if (last?.kind === "gap") last.count += 1;
    else parts.push({ kind: "gap", count: 1 });
  }
  return parts;
}
