import type { QueueOut } from "../api/schema";

/** What `GET /events` says of an instance. Each event is the whole state of a thing, not a change. */
export interface InstanceSeen {
  id: number;
  definition: string;
  version: number;
  status: string;
  open_steps: number;
  failed_steps: number;
  error: string | null;
  cancel_requested: boolean;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
}

export interface StepSeen {
  instance_id: number;
  definition: string;
  id: number;
  step_key: string;
  state: string;
  reason: string | null;
  attempt: number;
  waiting_on: number;
  run_after: string;
  progress: Record<string, unknown> | null;
  error: string | null;
  started_at: string | null;
  finished_at: string | null;
}

export type LiveEvent =
  | { kind: "instance"; data: InstanceSeen }
  | { kind: "step"; data: StepSeen }
  | { kind: "queue"; data: QueueOut };

export const kinds = ["instance", "step", "queue"] as const satisfies readonly LiveEvent["kind"][];

/** What is watched: everything, the instances of a definition, or one instance. */
export interface Scope {
  instance?: number;
  definition?: string;
}

export function addressOf(scope: Scope, cursor: string | null): string {
  const query = new URLSearchParams();
  if (scope.instance !== undefined) query.set("instance", String(scope.instance));
  if (scope.definition !== undefined) query.set("definition", scope.definition);
  if (cursor) query.set("since", cursor);
  return query.size === 0 ? "/events" : `/events?${query}`;
}

/** The events of one burst, with each thing once: its last state. */
export function latest(events: readonly LiveEvent[]): LiveEvent[] {
  const byThing = new Map<string, LiveEvent>();
  for (const event of events) {
    const thing = event.kind === "queue" ? "queue" : `${event.kind} ${event.data.id}`;
    byThing.set(thing, event);
  }
  return [...byThing.values()];
}
