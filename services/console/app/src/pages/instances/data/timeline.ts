import type { AttemptOut } from "../../../api/schema";
import type { GanttRow, GanttSegment } from "../../../charts";
import { lookOf } from "../../../ui/states";
import { shownState } from "./states";

export interface TimelineWords {
  wait: string;
  attempt: (attempt: number, state: string) => string;
  shards: (done: number, total: number) => string;
  shard: (shard: number) => string;
}

const ms = (at: string | null | undefined): number | null => (at ? Date.parse(at) : null);

/** The attempts of each step, one row of waits and runs for each; steps in the order in which they were made. */
export function ganttRows(attempts: readonly AttemptOut[], words: TimelineWords): readonly GanttRow[] {
  const rows = new Map<string, { key: string; label: string; segments: GanttSegment[] }>();
  for (const attempt of attempts) {
    const key = attempt.shard > 0 ? `${attempt.step_key}:${attempt.shard}` : attempt.step_key;
    const label = attempt.shard > 0 ? words.shard(attempt.shard) : attempt.step_key;
    const row = rows.get(key) ?? { key, label, segments: [] };
    row.segments.push(...segmentsOf(attempt, words));
    rows.set(key, row);
  }
  return [...rows.values()];
}

function segmentsOf(attempt: AttemptOut, words: TimelineWords): readonly GanttSegment[] {
  const key = `${attempt.attempt} ${attempt.state}`;
  const begun = ms(attempt.shards?.started_at) ?? ms(attempt.started_at);
  const ended = ms(attempt.finished_at);
  const queued = ms(attempt.queued_at);
  const wait: GanttSegment[] =
    queued !== null && (begun ?? ended ?? Number.POSITIVE_INFINITY) > queued
      ? [{ key: `wait ${key}`, kind: words.wait, tone: "neutral", isWait: true, from: queued, to: begun ?? ended }]
      : [];
  if (begun === null) return wait;
  const kind = attempt.shards
    ? words.shards(attempt.shards.done, attempt.shards.total)
    : words.attempt(attempt.attempt, shownState(attempt));
  return [...wait, { key: `run ${key}`, kind, tone: lookOf(shownState(attempt)).tone, from: begun, to: ended }];
}
