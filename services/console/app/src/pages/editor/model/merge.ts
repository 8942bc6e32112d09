import { elementsOf, isJsonObject, isSame, type Json, type JsonObject } from "../../../forms/values";
import { columns, type Draft, type Step } from "./draft";

/** A place that both have changed, each otherwise. `undefined` is a place that is gone or was not there. */
export interface Clash {
  readonly path: string;
  readonly theirs: Json | undefined;
  readonly mine: Json | undefined;
}

export interface Merged {
  readonly draft: Draft;
  readonly clashes: readonly Clash[];
}

type Value = Json | undefined;

/**
 * My changes on top of theirs, both made from one base. Steps are matched by key, objects field by field, the next
 * steps of a step as a set; where both changed one place, mine stands and the clash is told.
 */
export function merged(base: Draft, theirs: Draft, mine: Draft): Merged {
  const clashes: Clash[] = [];
  const fields = columns.filter((column) => column !== "steps");
  const settled = Object.fromEntries(
    fields.map((field) => [field, value(field, { base: base[field], theirs: theirs[field], mine: mine[field] }, clashes)]),
  );
  return { draft: { ...mine, ...settled, steps: mergedSteps(base.steps, theirs.steps, mine.steps, clashes) }, clashes };
}

interface Three {
  readonly base: Value;
  readonly theirs: Value;
  readonly mine: Value;
}

/** The same for one step; what both changed otherwise is mine. */
export const mergedStep = (three: Three): Json | undefined => value("", three, []);

function value(path: string, three: Three, clashes: Clash[]): Value {
  const { base, theirs, mine } = three;
  if (isSame(mine, theirs) || isSame(theirs, base)) return mine;
  if (isSame(mine, base)) return theirs;
  if (isJsonObject(theirs) && isJsonObject(mine)) return object(path, isJsonObject(base) ? base : {}, theirs, mine, clashes);
  if (path.endsWith(".nextSteps")) return keysOf(three);
  clashes.push({ path, theirs, mine });
  return mine;
}

function object(path: string, base: JsonObject, theirs: JsonObject, mine: JsonObject, clashes: Clash[]): JsonObject {
  const names = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])];
  const entries = names.flatMap((name) => {
    const settled = value(`${path}.${name}`, { base: base[name], theirs: theirs[name], mine: mine[name] }, clashes);
    return settled === undefined ? [] : [[name, settled] as const];
  });
  return Object.fromEntries(entries);
}

/** Lists of keys are sets: what either added is there, what either took away is not. */
function keysOf({ base, theirs, mine }: Three): Value {
  const [before, one, other] = [base, theirs, mine].map((list) => new Set(Array.isArray(list) ? list.map(String) : []));
  const all = [...new Set([...(one ?? []), ...(other ?? [])])];
  const left = all.filter((key) => (before?.has(key) ? one?.has(key) && other?.has(key) : true));
  return left.length === 0 ? undefined : left;
}

function mergedSteps(base: readonly Step[], theirs: readonly Step[], mine: readonly Step[], clashes: Clash[]): readonly Step[] {
  const [was, their, my] = [base, theirs, mine].map((steps) => new Map(steps.map((step) => [step.key, step])));
  const keys = [...new Set([...mine, ...theirs].map(({ key }) => key))];
  const kept = keys.flatMap((key) => {
    const three = { base: was?.get(key), theirs: their?.get(key), mine: my?.get(key) };
    const settled = value(`steps.${key}`, three, clashes) ?? undefined;
    return isStep(settled) ? [settled] : [];
  });
  const back = new Set(kept.map(({ key }) => key).filter((key) => was?.has(key) && !their?.has(key)));
  const led = kept.map((step) => ledBackTo(step, my?.get(step.key), back));
  return withoutLooseEnds(led, [...base, ...theirs, ...mine]);
}

/** A step that they took away, and that stays for what I changed in it, runs after what it ran after: by itself it would run first. */
function ledBackTo(step: Step, mine: Step | undefined, back: ReadonlySet<string>): Step {
  const [next, myNext] = [step, mine].map((one) => elementsOf(one?.["nextSteps"]).map(String));
  const again = (myNext ?? []).filter((key) => back.has(key) && !next?.includes(key));
  return again.length === 0 ? step : { ...step, nextSteps: [...(next ?? []), ...again] };
}

const isStep = (settled: Value): settled is Step => isJsonObject(settled) && typeof settled["key"] === "string";

/** A step that either took away is no longer led to; a key that never was a step stays, for the checks to find. */
function withoutLooseEnds(steps: readonly Step[], known: readonly Step[]): readonly Step[] {
  const keys = new Set(steps.map(({ key }) => key));
  const gone = new Set(known.map(({ key }) => key).filter((key) => !keys.has(key)));
  return steps.map((step) => {
    const next = step["nextSteps"];
    if (!Array.isArray(next) || !next.some((key) => gone.has(String(key)))) return step;
    return { ...step, nextSteps: next.filter((key) => !gone.has(String(key))) } as Step;
  });
}
