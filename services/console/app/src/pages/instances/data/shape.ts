import type { StepOut } from "../../../api/schema";
import type { DagEdge } from "../../../graph";

/** A step as its version has it; the rest of the object is the runner's and the engine's business. */
export interface StepContent {
  key: string;
  runner: string;
  description: string;
  nextSteps: readonly string[];
  isParallel: boolean;
  isConditional: boolean;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** The steps of a definition in their order. */
export function stepsIn(definition: { readonly steps: readonly Readonly<Record<string, unknown>>[] } | undefined): readonly StepContent[] {
  return (definition?.steps ?? []).map((step) => {
    const key = text(step["key"]);
    const next: unknown = step["nextSteps"];
    return {
      key,
      runner: text(step["runner"]) || key,
      description: text(step["description"]),
      nextSteps: Array.isArray(next) ? next.filter((one): one is string => typeof one === "string") : [],
      isParallel: typeof step["parallel"] === "object" && step["parallel"] !== null,
      isConditional: typeof step["condition"] === "string",
    };
  });
}

export const edgesIn = (steps: readonly StepContent[]): readonly DagEdge[] =>
  steps.flatMap(({ key, nextSteps }) => nextSteps.map((to) => ({ from: key, to })));

/** By its key; an instance that is still pending has none yet. */
export const byKey = (steps: readonly StepOut[]): ReadonlyMap<string, StepOut> =>
  new Map(steps.map((step) => [step.step_key, step]));
