export interface Part {
  value: number;
}

/** Puts parts one upon the other. */
export function stack<P extends Part>(parts: readonly P[]): (P & { from: number; to: number })[] {
  let from = 0;
  return parts.map((part) => {
    const placed = { ...part, from, to: from + Math.max(0, part.value) };
    from = placed.to;
    return placed;
  });
}
