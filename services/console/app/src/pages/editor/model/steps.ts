import { elementsOf, isJsonObject, type Json, type JsonObject, withKey } from "../../../forms/values";
import type { DagEdge } from "../../../graph";
import type { Draft, Step } from "./draft";

export const KEY = /^[a-z][a-z0-9_]{0,62}$/;

export const nextOf = (step: Step): readonly string[] => elementsOf(step["nextSteps"]).map(String);
export const runnerOf = (step: Step): string => (typeof step["runner"] === "string" ? step["runner"] : step.key);
export const paramsOf = (step: Step): JsonObject => (isJsonObject(step["params"]) ? step["params"] : {});

export const edgesOf = (steps: readonly Step[]): readonly DagEdge[] =>
  steps.flatMap((step) => nextOf(step).map((to) => ({ from: step.key, to })));

/** A key that no step has: the wanted one, else with a number. */
export function freshKey(steps: readonly Step[], wanted: string): string {
  const taken = new Set(steps.map(({ key }) => key));
  if (!taken.has(wanted)) return wanted;
  for (let number = 2; ; number += 1) {
    const key = `${wanted.slice(0, 58)}_${number}`;
    if (!taken.has(key)) return key;
  }
}

const withSteps = (draft: Draft, steps: readonly Step[]): Draft => ({ ...draft, steps });

export const changed = (draft: Draft, key: string, change: (step: Step) => Step): Draft =>
  withSteps(draft, draft.steps.map((step) => (step.key === key ? change(step) : step)));

/** Sets a field of a step; undefined takes it away, so that its default holds. */
export const withField = (step: Step, field: string, value: Json | undefined): Step => withKey(step, field, value) as Step;

const withNext = (step: Step, next: readonly string[]): Step => withField(step, "nextSteps", next.length === 0 ? undefined : next);

/** Adds a step that runs after another one, or first. */
export function added(draft: Draft, runner: string, after: string | null): { draft: Draft; key: string } {
  const key = freshKey(draft.steps, runner);
  const step: Step = key === runner ? { key } : { key, runner };
  const grown = withSteps(draft, [...draft.steps, step]);
  return { draft: after === null ? grown : connected(grown, { from: after, to: key }), key };
}

/** Takes a step away. What led to it leads nowhere in its place. */
export function removed(draft: Draft, key: string): Draft {
  const left = draft.steps.filter((step) => step.key !== key);
  return withSteps(draft, left.map((step) => without(step, key)));
}

const without = (step: Step, key: string): Step =>
  nextOf(step).includes(key) ? withNext(step, nextOf(step).filter((next) => next !== key)) : step;

export const connected = (draft: Draft, { from, to }: DagEdge): Draft =>
  changed(draft, from, (step) => (nextOf(step).includes(to) ? step : withNext(step, [...nextOf(step), to])));

export const disconnected = (draft: Draft, { from, to }: DagEdge): Draft => changed(draft, from, (step) => without(step, to));

/** Calls a step otherwise, wherever it is named as a step; texts that read `steps.<key>` are left for the checks to find. */
export function renamed(draft: Draft, from: string, to: string): Draft {
  return withSteps(draft, draft.steps.map((step) => renamedIn(step, from, to)));
}

function renamedIn(step: Step, from: string, to: string): Step {
  const next = nextOf(step).includes(from) ? withNext(step, nextOf(step).map((key) => (key === from ? to : key))) : step;
  const parallel = next["parallel"];
  const over = isJsonObject(parallel) && parallel["over"] === from ? withField(next, "parallel", { ...parallel, over: to }) : next;
  if (step.key !== from) return over;
  // Without a runner of its own the key named it.
  return { ...over, key: to, runner: runnerOf(step) };
}

export function parentsOf(steps: readonly Step[], key: string): readonly string[] {
  return steps.filter((step) => nextOf(step).includes(key)).map((step) => step.key);
}

/** All that can be reached from a step along the edges, with itself. */
export function reachable(edges: readonly DagEdge[], key: string): ReadonlySet<string> {
  const following = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const known = following.get(from);
    if (known) known.push(to);
    else following.set(from, [to]);
  }
  const seen = new Set([key]);
  for (const one of seen) for (const next of following.get(one) ?? []) seen.add(next);
  return seen;
}

/** All steps that lead to this one: whose results and items it may read. */
export function ancestorsOf(steps: readonly Step[], key: string): readonly string[] {
  const backwards = edgesOf(steps).map(({ from, to }) => ({ from: to, to: from }));
  return [...reachable(backwards, key)].filter((one) => one !== key);
}

/** Whether an edge may be drawn: not twice, and not into a circle. */
export const mayConnect = (edges: readonly DagEdge[], { from, to }: DagEdge): boolean =>
  !edges.some((edge) => edge.from === from && edge.to === to) && !reachable(edges, to).has(from);

/** The steps that this one may be made to run after. */
export function mayPrecede(steps: readonly Step[], key: string): readonly string[] {
  const [later, already] = [reachable(edgesOf(steps), key), new Set(parentsOf(steps, key))];
  return steps.map((step) => step.key).filter((other) => !later.has(other) && !already.has(other));
}

/** The steps that may be made to run after this one. */
export function mayFollow(steps: readonly Step[], step: Step): readonly string[] {
  const taken = new Set([step.key, ...ancestorsOf(steps, step.key), ...nextOf(step)]);
  return steps.map(({ key }) => key).filter((other) => !taken.has(other));
}
