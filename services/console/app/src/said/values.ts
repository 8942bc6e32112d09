import type { Format } from "../i18n/format";
import type { Said } from "./sentence";

export type Shown = Readonly<Record<string, string | number>>;

export interface Showing {
  format: Format;
  /** A message of the area `facts`, filled; null: there is none. */
  fact: (name: string, values?: Shown) => string | null;
  state: (state: string) => string;
  trigger: (trigger: string) => string;
  reason: (reason: string) => string | null;
}

const TENTHS = 10;

type Show = (showing: Showing, value: unknown) => string | number | null;

/** The values of a sentence as people read them; what is not there, or is empty, is left out. */
export function shownValues(showing: Showing, { code, values }: Said): Shown {
  const entries = Object.entries(values).map(([name, value]) => [name, shown(showing, code, name, value)] as const);
  const filled = Object.fromEntries(entries.filter((entry): entry is readonly [string, string | number] => entry[1] !== null));
  return { ...filled, ...stepOf(showing, values) };
}

function shown(showing: Showing, code: string, name: string, value: unknown): string | number | null {
  if (value === null || value === undefined) return null;
  const show = byCode[code]?.[name] ?? byName[name] ?? bySuffix(name);
  if (show) return show(showing, value);
  if (Array.isArray(value)) return value.length === 0 ? null : showing.format.list(value.map(String));
  if (typeof value === "number") return value;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return showing.fact(`${name}_${text}`) ?? text;
}

/** A step is called by its key, a shard by both. */
function stepOf({ fact }: Showing, values: Said["values"]): Shown {
  const key = values["step_key"] ?? values["step"];
  if (key === undefined) return {};
  const step = String(key);
  const shard = values["shard"];
  return { step: shard === undefined ? step : (fact("shard", { step, shard: String(shard) }) ?? step) };
}

const asIs: Show = (_, value) => String(value);
const duration: Show = ({ format }, value) => format.duration(Number(value));
const moment: Show = ({ format }, value) => format.moment(new Date(String(value)));
const money: Show = ({ format }, value) => format.money(Number(value));
const state: Show = (showing, value) => showing.state(String(value)).toLowerCase();
const limit: Show = ({ fact }, value) => {
  const one = value as Record<string, string | number>;
  return fact(`limit_${one["scope"]}_${one["per"]}`, one);
};

/** `retrying: transient` and `snoozed: the job runs`: the sentence says the first half. */
const reason: Show = (showing, value) => {
  const [kind = "", more] = String(value).split(/: (.*)/s);
  return kind === "retrying" || kind === "snoozed" ? more ? showing.reason(more) : null : showing.reason(String(value));
};

const each =
  (show: Show, joined: (showing: Showing, parts: readonly string[]) => string): Show =>
  (showing, value) => {
    if (!Array.isArray(value)) return value as number;
    const parts = value.map((one) => show(showing, one)).filter((part) => part !== null);
    return parts.length === 0 ? null : joined(showing, parts.map(String));
  };

const listed = ({ format }: Showing, parts: readonly string[]) => format.list(parts);

const stands: Show = (showing, value) => {
  const { step_key: step, state: stood, error } = value as Record<string, string>;
  const named = { step: String(step), state: String(state(showing, stood)) };
  return error ? showing.fact("stopped", { ...named, error }) : showing.fact("stands", named);
};

/** Why items got no answer, how many, and what was said of one of them. */
const counted: Show = ({ fact, format }, value) => {
  const { items, reason: why, example } = value as { items: number; reason: string; example: string | null };
  const named = { items: format.count(items), reason: why };
  return example ? fact("reason_counted_such", { ...named, example }) : fact("reason_counted", named);
};

/** A value as the server describes it: `list of 3`, `string "a"`, `null`. */
const given: Show = ({ fact }, value) => {
  const [, kind = "", count, rest] = /^([a-z]+)(?: of (\d+)| (.+))?$/s.exec(String(value)) ?? [];
  const called = fact(`given_${kind}`);
  if (called === null) return String(value);
  if (count) return fact("given_counted", { kind: called, count });
  return rest ? fact("given_shown", { kind: called, value: rest }) : called;
};

const KINDS: Readonly<Record<string, string>> = { array: "list", dictionary: "object", integer: "whole_number", "true or false": "boolean" };

/** What would be right, as the server says it: `a whole number or null`. */
const wanted: Show = ({ fact }, value) =>
  String(value)
    .split(/(?<!true) or /)
    .map((one) => one.replace(/^an? /, ""))
    .map((kind) => fact(`wanted_${KINDS[kind] ?? kind.replace(" ", "_")}`) ?? kind)
    .reduce((one, other) => fact("wanted_either", { one, other }) ?? one);

const byName: Readonly<Record<string, Show>> = {
  attempt: asIs,
  version: asIs,
  state,
  status: state,
  reason,
  trigger: (showing, value) => showing.trigger(String(value)),
  parents: each(stands, listed),
  failed: each(stands, (_, parts) => parts.join("; ")),
  limit,
  limits: each(limit, listed),
  reasons: each(counted, (_, parts) => parts.join("; ")),
  given,
  wanted,
  scale: ({ format }, value) => format.count(Math.round(Number(value) * TENTHS) / TENTHS),
};

/** An instance says `step 'load' failed: ...`; what follows is kept as it was written. */
const failure: Show = ({ fact, state: word }, value) => {
  const [, step, error] = /^step '(\w+)' failed: (.*)$/s.exec(String(value)) ?? [];
  return step && error ? fact("stopped", { step, state: word("failed").toLowerCase(), error }) : String(value);
};

const byCode: Readonly<Record<string, Readonly<Record<string, Show>>>> = {
  budget: { before: money, after: money },
  step_timeout: { before: duration, after: duration },
  backfilled_after: { outcome: state },
  ended: { error: failure },
  instance_ended: { error: failure },
};

function bySuffix(name: string): Show | undefined {
  if (name.endsWith("_seconds")) return duration;
  if (name.endsWith("_at")) return moment;
  if (name.endsWith("_usd")) return money;
  return name.endsWith("_id") ? asIs : undefined;
}
