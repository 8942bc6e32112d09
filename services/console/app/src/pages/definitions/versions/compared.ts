import type { Query } from "../../../app/routes";

export interface Pair {
  readonly from: number;
  readonly to: number;
}

/** Which two versions are compared: those of the address, else the newest with the one before. Null: there is but one. */
export function compared(versions: readonly number[], query: Query): Pair | null {
  const newest = [...versions].sort((one, other) => other - one);
  const [last, before] = newest;
  if (last === undefined || before === undefined) return null;
  const asked = (name: string) => newest.find((version) => String(version) === query[name]);
  const to = asked("to") ?? last;
  return { from: asked("from") ?? newest.find((version) => version < to) ?? before, to };
}
