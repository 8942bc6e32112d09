import { type DagEdge, GAP, NODE, type Position, type Positions, type Shape } from "./types";

const RATIO = 1.6;
const COLUMN = NODE.width + GAP.x;
const ROW = NODE.height + GAP.y;
const BAND_GAP = ROW;

/**
 * A quick layout for large graphs: each step stands right of all that lead to it. A layer that is too tall goes into
 * several columns, and many columns go into bands one below the other, so that the whole has the shape of a window.
 */
export function layOutLarge(shape: Shape): Positions {
  const columns = columnsOf(shape);
  const perBand = columnsPerBand(columns.map((column) => column.length));
  const positions = new Map<string, Position>();
  let top = 0;
  for (let at = 0; at < columns.length; at += perBand) {
    const band = columns.slice(at, at + perBand);
    const height = Math.max(...band.map((column) => column.length)) * ROW;
    band.forEach((column, across) => {
      const inset = (height - column.length * ROW) / 2;
      column.forEach((key, down) => positions.set(key, { x: across * COLUMN, y: top + inset + down * ROW }));
    });
    top += height + BAND_GAP;
  }
  return positions;
}

function columnsOf(shape: Shape): string[][] {
  const tallest = Math.max(4, Math.ceil(Math.sqrt((shape.keys.length * COLUMN) / (ROW * RATIO))));
  return layersOf(shape).flatMap((layer) => {
    const parts = Math.max(1, Math.round(layer.length / tallest));
    const size = Math.ceil(layer.length / parts);
    return Array.from({ length: parts }, (_, part) => layer.slice(part * size, (part + 1) * size));
  });
}

/** How many columns a band has, so that the bands together come nearest to the shape of a window, and the last is not bare. */
function columnsPerBand(heights: readonly number[]): number {
  let [best, least] = [heights.length, Number.POSITIVE_INFINITY];
  for (let count = 1; count <= heights.length; count += 1) {
    let height = 0;
    for (let at = 0; at < heights.length; at += count) height += Math.max(...heights.slice(at, at + count)) * ROW + BAND_GAP;
    const bare = 1 - heights.length / (count * Math.ceil(heights.length / count));
    const off = Math.abs(Math.log((count * COLUMN) / height / RATIO)) + bare;
    if (off < least) [best, least] = [count, off];
  }
  return best;
}

/** The keys by the length of the longest way to them, in an order that keeps children near their parents. */
export function layersOf({ keys, edges }: Shape): string[][] {
  const { children, parents } = neighbours(keys, edges);
  const depth = depths(keys, children, parents);
  const layers: string[][] = [];
  for (const key of keys) (layers[depth.get(key) ?? 0] ??= []).push(key);
  const place = new Map<string, number>();
  return layers.map((layer) => {
    const weighed = layer.map((key, at) => ({ key, weight: middle(parents.get(key) ?? [], place) ?? at }));
    const ordered = weighed.sort((one, other) => one.weight - other.weight).map(({ key }) => key);
    ordered.forEach((key, at) => place.set(key, at));
    return ordered;
  });
}

function middle(parents: readonly string[], place: ReadonlyMap<string, number>): number | null {
  if (parents.length === 0) return null;
  return parents.reduce((sum, parent) => sum + (place.get(parent) ?? 0), 0) / parents.length;
}

/** Steps on a cycle have no depth: they stand where they were reached first. The server says that there is a cycle. */
function depths(keys: readonly string[], children: Neighbours, parents: Neighbours): Map<string, number> {
  const open = new Map(keys.map((key) => [key, parents.get(key)?.length ?? 0]));
  const depth = new Map(keys.map((key) => [key, 0]));
  const ready = keys.filter((key) => open.get(key) === 0);
  for (const key of ready) {
    for (const child of children.get(key) ?? []) {
      depth.set(child, Math.max(depth.get(child) ?? 0, (depth.get(key) ?? 0) + 1));
      const left = (open.get(child) ?? 0) - 1;
      open.set(child, left);
      if (left === 0) ready.push(child);
    }
  }
  return depth;
}

export type Neighbours = ReadonlyMap<string, readonly string[]>;

/** Who leads to whom. Edges to keys that are not there are left out. */
export function neighbours(keys: readonly string[], edges: readonly DagEdge[]): { children: Neighbours; parents: Neighbours } {
  const children = new Map<string, string[]>(keys.map((key) => [key, []]));
  const parents = new Map<string, string[]>(keys.map((key) => [key, []]));
  for (const { from, to } of edges) {
    if (!children.has(from) || !parents.has(to)) continue;
    children.get(from)?.push(to);
    parents.get(to)?.push(from);
  }
  return { children, parents };
}
