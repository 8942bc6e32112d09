import { useMemo } from "react";
import { type FormProblem, relativeTo } from "../../../forms";
import { within } from "../../../forms/problems";
import { useBench } from "../bench";

const none: readonly FormProblem[] = [];

export function useStepProblems(key: string): readonly FormProblem[] {
  return useBench().placed.ofSteps.get(key) ?? none;
}

/** What is said of a field of a step, with all below it. */
export function useProblemsAt(key: string): (field: string) => string | undefined {
  const problems = useStepProblems(key);
  return (field) => within(problems, field);
}

/** The problems below a field, as the form of its value sees them. */
export function useProblemsBelow(key: string, field: string): readonly FormProblem[] {
  const problems = useStepProblems(key);
  return useMemo(() => relativeTo(problems, field), [problems, field]);
}
