import { expect, test } from "vitest";
import type { AttemptOut } from "../../../api/schema";
import { ganttRows } from "./timeline";

const at = (second: number) => `2026-11-21T12:00:0${second}Z`;
const ms = (second: number) => Date.parse(at(second));
const words = {
  wait: "waits",
  attempt: (attempt: number, state: string) => `${attempt} ${state}`,
  shards: (done: number, total: number) => `${done} of ${total}`,
  shard: (shard: number) => `shard ${shard}`,
};
const attempt = (more: Partial<AttemptOut>): AttemptOut => ({
  step_key: "load", shard: 0, attempt: 1, state: "succeeded", reason: null, queued_at: null, due_at: null, started_at: null,
  finished_at: null, worker: null, error: null, shards: null, ...more,
});

test("a step that was tried twice is one row: a wait and a run for each attempt", () => {
  const rows = ganttRows(
    [
      attempt({ state: "failed", queued_at: at(0), started_at: at(1), finished_at: at(2) }),
      attempt({ attempt: 2, queued_at: at(2), started_at: at(4), finished_at: at(5) }),
    ],
    words,
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]?.segments.map(({ kind, from, to, tone }) => [kind, from, to, tone])).toEqual([
    ["waits", ms(0), ms(1), "neutral"],
    ["1 failed", ms(1), ms(2), "bad"],
    ["waits", ms(2), ms(4), "neutral"],
    ["2 succeeded", ms(4), ms(5), "ok"],
  ]);
});

test("what has not begun waits until now, and what waits for its parents is not drawn", () => {
  const [ready, pending] = ganttRows(
    [attempt({ state: "ready", queued_at: at(1) }), attempt({ step_key: "next", state: "pending", attempt: 0 })],
    words,
  );
  expect(ready?.segments.map(({ from, to, isWait }) => [from, to, isWait])).toEqual([[ms(1), null, true]]);
  expect(pending?.segments).toEqual([]);
});

test("a parallel step is drawn from the beginning of its first shard, and each shard has a row of its own when asked for", () => {
  const shards = { total: 8, done: 3, failed: 0, started_at: at(2), finished_at: null };
  const [spread] = ganttRows([attempt({ state: "pending", reason: "spread", started_at: at(1), shards })], words);
  expect(spread?.segments.map(({ kind, from, to, tone }) => [kind, from, to, tone])).toEqual([["3 of 8", ms(2), null, "info"]]);
  const rows = ganttRows([attempt({ shard: 1 }), attempt({ shard: 2 })], words);
  expect(rows.map(({ label }) => label)).toEqual(["shard 1", "shard 2"]);
});
