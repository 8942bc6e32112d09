export interface Line {
  readonly text: string;
  readonly kind: "same" | "gone" | "added";
}

const MOST_LINES = 1_000;

/** The lines of two texts, with those that both have in common; too long ones are shown whole, one after the other. */
export function lineDiff(before: string, after: string): readonly Line[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  if (old.length > MOST_LINES || now.length > MOST_LINES) return [...old.map(gone), ...now.map(added)];
  return walked(old, now, commonLengths(old, now));
}

const gone = (text: string): Line => ({ text, kind: "gone" });
const added = (text: string): Line => ({ text, kind: "added" });

/** How many lines the rests of both have in common, from each pair of places on. */
function commonLengths(old: readonly string[], now: readonly string[]): readonly Uint16Array[] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      const value = old[i] === now[j] ? at(lengths, i + 1, j + 1) + 1 : Math.max(at(lengths, i + 1, j), at(lengths, i, j + 1));
      (lengths[i] as Uint16Array)[j] = value;
    }
  }
  return lengths;
}

const at = (lengths: readonly Uint16Array[], i: number, j: number): number => lengths[i]?.[j] ?? 0;

function walked(old: readonly string[], now: readonly string[], lengths: readonly Uint16Array[]): readonly Line[] {
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const [was, is] = [old[i], now[j]];
    if (was !== undefined && was === is) {
      lines.push({ text: was, kind: "same" });
      i += 1;
      j += 1;
    } else if (was !== undefined && (is === undefined || at(lengths, i + 1, j) >= at(lengths, i, j + 1))) {
      lines.push(gone(was));
      i += 1;
    } else if (is !== undefined) {
      lines.push(added(is));
      j += 1;
    }
  }
  return lines;
}
