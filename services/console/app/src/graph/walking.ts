import type { Neighbours } from "./layers";
import type { Positions } from "./types";

export type Way = "left" | "right" | "up" | "down";

export const ways: Readonly<Record<string, Way>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

interface Terrain {
  positions: Positions;
  children: Neighbours;
  parents: Neighbours;
}

/** The step that an arrow key leads to: right and left along the edges, up and down to what stands beside it. */
export function stepTowards(way: Way, from: string, map: Terrain): string {
  const here = map.positions.get(from);
  if (here === undefined) return from;
  const y = (key: string) => map.positions.get(key)?.y ?? 0;
  if (way === "left" || way === "right") {
    const linked = (way === "right" ? map.children : map.parents).get(from) ?? [];
    return nearest(linked, (key) => Math.abs(y(key) - here.y)) ?? from;
  }
  const side = way === "down" ? 1 : -1;
  const beside = [...map.positions].filter(([, place]) => (place.y - here.y) * side > 0);
  const distance = new Map(beside.map(([key, place]) => [key, Math.abs(place.y - here.y) + 4 * Math.abs(place.x - here.x)]));
  return nearest([...distance.keys()], (key) => distance.get(key) ?? 0) ?? from;
}

function nearest(keys: readonly string[], distance: (key: string) => number): string | null {
  return keys.reduce<string | null>((best, key) => (best === null || distance(key) < distance(best) ? key : best), null);
}
