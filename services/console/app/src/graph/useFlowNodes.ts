import { useMemo, useRef } from "react";
import { flowNodes, type Marked } from "./flow";
import type { StepFlowNode } from "./StepNode";
import type { DagNode, Positions } from "./types";

/** The nodes of React Flow; those that have not changed are the same objects as before. */
export function useFlowNodes(nodes: readonly DagNode[], positions: Positions, { cursor, selected, isEdited }: Marked): StepFlowNode[] {
  const before = useRef<ReadonlyMap<string, StepFlowNode>>(new Map());
  return useMemo(() => {
    const made = flowNodes(nodes, positions, { cursor, selected, isEdited }, before.current);
    before.current = new Map(made.map((node) => [node.id, node]));
    return made;
  }, [nodes, positions, cursor, selected, isEdited]);
}
