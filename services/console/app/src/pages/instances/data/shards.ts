import type { InstanceDetail } from "../../../api/schema";

export interface Shards {
  /** At least one. */
  total: number;
  byState: ReadonlyMap<string, number>;
}

/** How the shards of each parallel step stand. */
export function shardsIn(rows: InstanceDetail["shards"]): ReadonlyMap<string, Shards> {
  const found = new Map<string, { total: number; byState: Map<string, number> }>();
  for (const row of rows) {
    const count = Number(row["shards"]);
    const step = found.get(String(row["step_key"])) ?? { total: 0, byState: new Map<string, number>() };
    step.total += count;
    step.byState.set(String(row["state"]), count);
    found.set(String(row["step_key"]), step);
  }
  return found;
}
