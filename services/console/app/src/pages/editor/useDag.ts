import { useMemo } from "react";
import type { DagEdge, DagNode } from "../../graph";
import { useSame } from "../../ui/useSame";
import { useBench } from "./bench";
import type { Step } from "./model/draft";
import type { Placed } from "./model/places";
import { edgesOf, runnerOf } from "./model/steps";

interface Dag {
  nodes: readonly DagNode[];
  edges: readonly DagEdge[];
}

/** The draft as a graph, with how much is wrong at each step; what is typed into a step changes nothing of it. */
export function useDag(): Dag {
  const { draft, placed } = useBench();
  return useSame(useMemo(() => dagOf(draft.steps, placed), [draft.steps, placed]));
}

const dagOf = (steps: readonly Step[], placed: Placed): Dag => ({
  nodes: steps.map((step) => ({
    key: step.key,
    runner: runnerOf(step),
    marks: [...(step["parallel"] ? ["∥"] : []), ...(step["condition"] ? ["if"] : [])],
    problems: placed.ofSteps.get(step.key)?.length,
  })),
  edges: edgesOf(steps),
});
