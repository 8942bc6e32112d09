import { type DagEdge, NODE, type Position, type Positions } from "../types";
import { endsOf } from "./scene";

/** The step at a place of the graph; the last of several, as it is drawn above the others. */
export function stepAt(positions: Positions, { x, y }: Position): string | null {
  let found: string | null = null;
  for (const [key, place] of positions) {
    if (x >= place.x && x <= place.x + NODE.width && y >= place.y && y <= place.y + NODE.height) found = key;
  }
  return found;
}

/** The edge nearest to a place of the graph, if it is within reach. */
export function edgeAt(edges: readonly DagEdge[], positions: Positions, place: Position, reach: number): DagEdge | null {
  let [found, least]: [DagEdge | null, number] = [null, reach];
  for (const edge of edges) {
    const ends = endsOf(edge, positions);
    const distance = ends ? distanceTo(ends, place) : Number.POSITIVE_INFINITY;
    if (distance < least) [found, least] = [edge, distance];
  }
  return found;
}

function distanceTo([x1, y1, x2, y2]: [number, number, number, number], { x, y }: Position): number {
  const [wide, high] = [x2 - x1, y2 - y1];
  const along = ((x - x1) * wide + (y - y1) * high) / (wide ** 2 + high ** 2 || 1);
  const at = Math.min(Math.max(along, 0), 1);
  return Math.hypot(x - x1 - at * wide, y - y1 - at * high);
}
