import type { FireOut, FireReasonOut, UpcomingOut } from "../../api/schema";
import { dayKey, dayOf } from "../../charts/weeks";

const order = ["fired", "missed", "skipped_overlap", "failed_to_start", "upcoming"] as const;

/** How often each outcome comes on each day, in the order in which a calendar shows them. */
export function countByDay(fires: readonly FireOut[], upcoming: readonly UpcomingOut[]): Map<string, Map<string, number>> {
  const counts = new Map<string, Map<string, number>>();
  const add = (at: string, outcome: string) => {
    const day = dayKey(dayOf(new Date(at)));
    const ofDay = counts.get(day) ?? new Map<string, number>();
    counts.set(day, ofDay.set(outcome, (ofDay.get(outcome) ?? 0) + 1));
  };
  fires.forEach(({ fire_at, outcome }) => add(fire_at, outcome));
  upcoming.forEach(({ fire_at }) => add(fire_at, "upcoming"));
  return new Map([...counts].map(([day, ofDay]) => [day, sorted(ofDay)]));
}

const placeOf = (outcome: string) => {
  const at = order.findIndex((known) => known === outcome);
  return at < 0 ? order.length : at;
};

const sorted = (counts: Map<string, number>) => new Map([...counts].sort(([one], [other]) => placeOf(one) - placeOf(other)));

export interface Instant {
  definition: string;
  at: string;
  outcome: string;
  reason: string | null;
  /** The reason by its code; null: it is an error, or there is none. */
  why: FireReasonOut | null;
  late: number | null;
  instance: number | null;
  status: string | null;
}

/** What became of instants, and those that come, by time. */
export function instantsOf(fires: readonly FireOut[], upcoming: readonly UpcomingOut[], day: string): Instant[] {
  const past = fires.map((fire) => ({
    definition: fire.definition, at: fire.fire_at, outcome: fire.outcome, reason: fire.reason, why: fire.why ?? null, late: fire.late,
    instance: fire.instance_id, status: fire.status,
  }));
  const coming = upcoming
    .filter(({ fire_at }) => dayKey(dayOf(new Date(fire_at))) === day)
    .map((one) => ({
      definition: one.definition, at: one.fire_at, outcome: "upcoming", reason: one.reason, why: one.why ?? null, late: null,
      instance: null, status: null,
    }));
  return [...past, ...coming].sort((one, other) => Date.parse(one.at) - Date.parse(other.at) || one.definition.localeCompare(other.definition));
}
