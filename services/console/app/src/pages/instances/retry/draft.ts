import type { DefinitionOut, ProblemAt } from "../../../api/schema";
import { type FormProblem, type JsonObject, relativeTo } from "../../../forms";
import { isSame } from "../../../forms/values";
import { mergedStep } from "../../editor/model/merge";

export type StepObject = DefinitionOut["steps"][number];

/** A definition as it was read, and the steps that were edited since, by key. */
export interface Draft {
  base: DefinitionOut;
  edits: Readonly<Record<string, StepObject>>;
}

const keyOf = (step: StepObject): string => (typeof step["key"] === "string" ? step["key"] : "");

export const stepKeys = ({ base }: Draft): readonly string[] => base.steps.map(keyOf);

export const stepOf = ({ base, edits }: Draft, key: string): StepObject | undefined => edits[key] ?? stepIn(base, key);

const stepIn = ({ steps }: DefinitionOut, key: string): StepObject | undefined => steps.find((step) => keyOf(step) === key);

/** The definition with what was edited. */
export const edited = ({ base, edits }: Draft): DefinitionOut => ({
  ...base,
  steps: base.steps.map((step) => edits[keyOf(step)] ?? step),
});

export function withEdit(draft: Draft, key: string, step: StepObject): Draft {
  const before = stepIn(draft.base, key);
  const { [key]: _gone, ...others } = draft.edits;
  return { ...draft, edits: isSame(before as JsonObject | undefined, step as JsonObject) ? others : { ...others, [key]: step } };
}

export const isEdited = ({ edits }: Draft): boolean => Object.keys(edits).length > 0;

/**
 * The same edits upon another version, with what that one has changed in the same steps. A step that it has no more keeps
 * its edit, which then changes nothing.
 */
export function onTopOf(draft: Draft, base: DefinitionOut): Draft {
  const begun: Draft = { base, edits: draft.edits };
  return Object.entries(draft.edits).reduce((made, [key, mine]) => {
    const [was, theirs] = [stepIn(draft.base, key), stepIn(base, key)];
    if (theirs === undefined) return made;
    return withEdit(made, key, mergedStep({ base: was, theirs, mine } as Parameters<typeof mergedStep>[0]) as StepObject);
  }, begun);
}

/** What is edited still, once a draft was saved as a version: what was typed meanwhile. */
export const afterSave = (draft: Draft, saved: Draft, version: number): Draft =>
  onTopOf({ base: edited(saved), edits: draft.edits }, { ...edited(saved), version });

export const paramsOf = (step: StepObject): JsonObject => {
  const params: unknown = step["params"];
  return typeof params === "object" && params !== null && !Array.isArray(params) ? (params as JsonObject) : {};
};

/** What is set for a step apart from its params and its place in the graph. */
export function settingsOf(step: StepObject): StepObject {
  const { key: _key, runner: _runner, params: _params, nextSteps: _next, ...settings } = step;
  return settings;
}

export function withSettings(step: StepObject, settings: StepObject): StepObject {
  const { key, runner, params, nextSteps } = step;
  const kept = Object.entries({ key, runner, params, nextSteps }).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(kept), ...settings, key };
}

export interface Told {
  /** By path below the params of the step. */
  params: readonly FormProblem[];
  /** Of the rest of the step. */
  step: readonly FormProblem[];
  /** Of everything else. */
  others: readonly ProblemAt[];
}

/** Sorts problems by where the page shows them. */
export function problemsFor(draft: Draft, key: string, problems: readonly ProblemAt[]): Told {
  const place = `steps[${stepKeys(draft).indexOf(key)}]`;
  const mine = relativeTo(problems, place);
  const isParams = ({ path }: FormProblem) => path === "params" || path.startsWith("params.") || path.startsWith("params[");
  return {
    params: relativeTo(mine, "params"),
    step: mine.filter((problem) => !isParams(problem)),
    others: problems.filter(({ path }) => relativeTo([{ path, message: "" }], place).length === 0),
  };
}
