/** So many come and go at once. */
const BATCH = 24;

/** A set on its way from one to another, in steps that take no frame long. */
export function nearer(now: ReadonlySet<string>, wanted: ReadonlySet<string>): ReadonlySet<string> {
  const gone = [...now].filter((key) => !wanted.has(key));
  const missing = [...wanted].filter((key) => !now.has(key));
  if (gone.length <= BATCH && missing.length <= BATCH) return wanted;
  const leaving = new Set(gone.slice(0, BATCH));
  return new Set([...[...now].filter((key) => !leaving.has(key)), ...missing.slice(0, BATCH)]);
}
