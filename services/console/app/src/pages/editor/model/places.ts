import type { ProblemAt } from "../../../api/schema";
import type { FormProblem } from "../../../forms";
import type { Step } from "./draft";

export interface Placed {
  /** By the key of the step, with paths from the step on. */
  readonly ofSteps: ReadonlyMap<string, readonly FormProblem[]>;
  /** Paths from the definition on. */
  readonly ofDefinition: readonly FormProblem[];
}

const STEP = /^steps\[(\d+)\]\.?(.*)$/;
const ROW = /^\w+: /;

/** Puts each problem to the step or the field of the definition that it is about. */
export function placed(problems: readonly ProblemAt[], steps: readonly Step[]): Placed {
  const ofSteps = new Map<string, FormProblem[]>();
  const ofDefinition: FormProblem[] = [];
  for (const { path, message } of problems) {
    const [, index = "", rest = ""] = STEP.exec(path.replace(ROW, "")) ?? [];
    const key = index === "" ? undefined : steps[Number(index)]?.key;
    if (key === undefined) ofDefinition.push({ path: path.replace(ROW, ""), message });
    else ofSteps.set(key, [...(ofSteps.get(key) ?? []), { path: rest, message }]);
  }
  return { ofSteps, ofDefinition };
}

export const noProblems: Placed = { ofSteps: new Map(), ofDefinition: [] };

export const countOf = ({ ofSteps, ofDefinition }: Placed): number =>
  ofDefinition.length + [...ofSteps.values()].reduce((sum, list) => sum + list.length, 0);
