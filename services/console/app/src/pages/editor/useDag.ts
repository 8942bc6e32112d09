import { useMemo } from "react";
import type { DagEdge, DagNode } from "../../graph";
import { useBench } from "./bench";
import { edgesOf, runnerOf } from "./model/steps";

/** The draft as a graph, with how much is wrong at each step. */
export function useDag(): { nodes: readonly DagNode[]; edges: readonly DagEdge[] } {
  const { draft, placed } = useBench();
  const nodes = useMemo(
    () =>
      draft.steps.map((step) => ({
        key: step.key,
        runner: runnerOf(step),
        marks: [...(step["parallel"] ? ["∥"] : []), ...(step["condition"] ? ["if"] : [])],
        problems: placed.ofSteps.get(step.key)?.length,
      })),
    [draft.steps, placed],
  );
  return { nodes, edges: useMemo(() => edgesOf(draft.steps), [draft.steps]) };
}
