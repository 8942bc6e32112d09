import { getBezierPath, Position as Side } from "@xyflow/react";
import { type DagEdge, type DagNode, NODE, type Position, type Positions } from "./types";

export const edgeId = ({ from, to }: DagEdge): string => `${from}>${to}`;

export interface EdgeLine {
  id: string;
  /** The `d` of an SVG path. */
  path: string;
  /** The step that it comes from has succeeded: what has been gone is told from what has not. */
  isGone: boolean;
}

/** Curves and arrow heads of more edges cost most of the time that drawing takes, and the way is to the right anyway. */
const MANY = 400;

export const areMany = (edges: readonly unknown[]): boolean => edges.length > MANY;

/** The edges as lines from the right of one step to the left of the next; those to steps that are not there are left out. */
export function linesOf(edges: readonly DagEdge[], steps: readonly DagNode[], positions: Positions): EdgeLine[] {
  const states = new Map(steps.map(({ key, state }) => [key, state]));
  const drawn = areMany(edges) ? straight : curved;
  return edges.flatMap((edge) => {
    const [from, to] = [positions.get(edge.from), positions.get(edge.to)];
    if (!from || !to || !states.has(edge.from) || !states.has(edge.to)) return [];
    return [{ id: edgeId(edge), path: drawn(from, to), isGone: states.get(edge.from) === "succeeded" }];
  });
}

const MIDDLE = NODE.height / 2;

const straight = (from: Position, to: Position): string => `M${from.x + NODE.width},${from.y + MIDDLE}L${to.x},${to.y + MIDDLE}`;

function curved(from: Position, to: Position): string {
  const [path] = getBezierPath({
    sourceX: from.x + NODE.width,
    sourceY: from.y + MIDDLE,
    sourcePosition: Side.Right,
    targetX: to.x,
    targetY: to.y + MIDDLE,
    targetPosition: Side.Left,
  });
  return path;
}
