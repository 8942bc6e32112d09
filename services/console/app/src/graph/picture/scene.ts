import { lookOf, type Tone } from "../../ui/states";
import { edgeId } from "../lines";
import { type DagEdge, type DagNode, NODE, type Position, type Positions } from "../types";

/** Lines as their ends, four numbers each: x and y of the first, x and y of the second. */
export type Lines = Float32Array;

export interface Box extends Position {
  key: string;
}

/** A graph as a picture is painted of it, in its own coordinates. */
export interface Scene {
  boxes: ReadonlyMap<Tone, readonly Box[]>;
  /** `gone` come from steps that have succeeded. */
  lines: { plain: Lines; gone: Lines; chosen: Lines };
}

export const toneOf = (step: DagNode): Tone => (step.problems ? "bad" : step.state ? lookOf(step.state).tone : "neutral");

export function sceneOf(nodes: readonly DagNode[], edges: readonly DagEdge[], positions: Positions, chosen: string | null): Scene {
  const succeeded = new Set(nodes.flatMap(({ key, state }) => (state === "succeeded" ? [key] : [])));
  const isChosen = (edge: DagEdge) => edgeId(edge) === chosen;
  const linesOf = (isMeant: (edge: DagEdge) => boolean) =>
    new Float32Array(edges.filter(isMeant).flatMap((edge) => endsOf(edge, positions) ?? []));
  return {
    boxes: boxesOf(nodes, positions),
    lines: {
      plain: linesOf((edge) => !succeeded.has(edge.from) && !isChosen(edge)),
      gone: linesOf((edge) => succeeded.has(edge.from) && !isChosen(edge)),
      chosen: linesOf(isChosen),
    },
  };
}

function boxesOf(nodes: readonly DagNode[], positions: Positions): Map<Tone, Box[]> {
  const boxes = new Map<Tone, Box[]>();
  for (const node of nodes) {
    const place = positions.get(node.key);
    if (place === undefined) continue;
    const alike = boxes.get(toneOf(node)) ?? [];
    alike.push({ key: node.key, ...place });
    boxes.set(toneOf(node), alike);
  }
  return boxes;
}

/** From the middle of the right side of one step to that of the left side of the next; null if one of them is not there. */
export function endsOf({ from, to }: DagEdge, positions: Positions): [number, number, number, number] | null {
  const [here, there] = [positions.get(from), positions.get(to)];
  if (here === undefined || there === undefined) return null;
  return [here.x + NODE.width, here.y + NODE.height / 2, there.x, there.y + NODE.height / 2];
}
