import type { StatusFilter, TriggerFilter } from "../../../api/schema";
import { isOneOf } from "../../../app/preferences";
import type { Query } from "../../../app/routes";

export const statuses: readonly StatusFilter[] = ["pending", "running", "succeeded", "failed", "cancelled"];
export const triggers: readonly TriggerFilter[] = ["manual", "http", "sql", "cron"];

const HOURS = { hour: 1, day: 24, week: 24 * 7, month: 24 * 30 } as const;
export type Span = keyof typeof HOURS;
export const spans = Object.keys(HOURS) as readonly Span[];

/** Which instances are listed; an empty text: whatever it is. */
export interface InstanceFilter {
  definition: string;
  status: StatusFilter | "";
  trigger: TriggerFilter | "";
  within: Span | "";
  /** Instants in ISO, as a link from elsewhere has them. */
  from: string;
  until: string;
}

const KEY = /^[a-z][a-z0-9_]{0,62}$/;
const instant = (text: string | undefined) => (text && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString() : "");
const oneOf = <Value extends string>(known: readonly Value[], text: string | undefined): Value | "" =>
  text !== undefined && isOneOf(known, text) ? text : "";

/** Reads the query of the address; what it does not know it leaves out. */
export const filterOf = (query: Query): InstanceFilter => ({
  definition: KEY.test(query["definition"] ?? "") ? (query["definition"] ?? "") : "",
  status: oneOf(statuses, query["status"]),
  trigger: oneOf(triggers, query["trigger"]),
  within: oneOf(spans, query["within"]),
  from: instant(query["from"]),
  until: instant(query["until"]),
});

export const isEmpty = (filter: InstanceFilter): boolean => Object.values(filter).every((value) => value === "");

interface Asked {
  definition?: string;
  status?: StatusFilter;
  trigger?: TriggerFilter;
  created_from?: string;
  created_until?: string;
}

/** What the server is asked for. */
export function askedOf(filter: InstanceFilter, now: Date): Asked {
  const from = filter.within ? new Date(now.getTime() - HOURS[filter.within] * 3_600_000).toISOString() : filter.from;
  return {
    ...(filter.definition && { definition: filter.definition }),
    ...(filter.status && { status: filter.status }),
    ...(filter.trigger && { trigger: filter.trigger }),
    ...(from && { created_from: from }),
    ...(filter.until && { created_until: filter.until }),
  };
}
