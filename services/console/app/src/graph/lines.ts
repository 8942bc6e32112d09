import { getBezierPath, Position as Side } from "@xyflow/react";
import { type DagEdge, type DagNode, NODE, type Positions } from "./types";

export const edgeId = ({ from, to }: DagEdge): string => `${from}>${to}`;

export interface EdgeLine {
  id: string;
  /** The `d` of an SVG path. */
  path: string;
  /** The step that it comes from has succeeded: what has been gone is told from what has not. */
  isGone: boolean;
}

/** The edges as lines from the right of one step to the left of the next; those to steps that are not there are left out. */
export function linesOf(edges: readonly DagEdge[], steps: readonly DagNode[], positions: Positions): EdgeLine[] {
  const states = new Map(steps.map(({ key, state }) => [key, state]));
  return edges.flatMap((edge) => {
    const [from, to] = [positions.get(edge.from), positions.get(edge.to)];
    if (!from || !to || !states.has(edge.from) || !states.has(edge.to)) return [];
    const [path] = getBezierPath({
      sourceX: from.x + NODE.width,
      sourceY: from.y + NODE.height / 2,
      sourcePosition: Side.Right,
      targetX: to.x,
      targetY: to.y + NODE.height / 2,
      targetPosition: Side.Left,
    });
    return [{ id: edgeId(edge), path, isGone: states.get(edge.from) === "succeeded" }];
  });
}
