import { Graph, layout } from "@dagrejs/dagre";
import { layOutLarge } from "./layers";
import { GAP, LARGE, NODE, type Position, type Shape } from "./types";

const SLOW = 60;

/** Where each step stands, from the left to the right. */
export function layOut(shape: Shape): [string, Position][] {
  // Dagre takes longer than people wait: seconds for 1,000 steps.
  if (shape.keys.length > LARGE) return [...layOutLarge(shape)];
  const graph = new Graph();
  const ranker = shape.keys.length > SLOW ? "tight-tree" : "network-simplex";
  graph.setGraph({ rankdir: "LR", ranker, nodesep: GAP.y, ranksep: GAP.x });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const key of shape.keys) graph.setNode(key, { ...NODE });
  const known = new Set(shape.keys);
  for (const { from, to } of shape.edges) if (known.has(from) && known.has(to)) graph.setEdge(from, to);
  layout(graph);
  return shape.keys.map((key) => {
    const { x = 0, y = 0 } = graph.node(key);
    return [key, { x: x - NODE.width / 2, y: y - NODE.height / 2 }];
  });
}
