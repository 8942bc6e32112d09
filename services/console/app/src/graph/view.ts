import { getViewportForBounds, type Rect, type Viewport } from "@xyflow/react";
import { NODE, type Positions } from "./types";

export const ZOOM = { least: 0.02, most: 1.5 } as const;
const FEW = 40;
const READABLE = 0.5;
const PADDING = 0.06;

export interface Size {
  width: number;
  height: number;
}

/** The view that shows the whole graph. Few steps stay large enough to be read, if not all of them are seen then. */
export function wholeView(positions: Positions, { width, height }: Size): Viewport {
  const least = positions.size <= FEW ? READABLE : ZOOM.least;
  return getViewportForBounds(boundsOf(positions), width, height, least, 1, PADDING);
}

/** Whether two views are the same to the eye. */
export const isSameView = (one: Viewport, other: Viewport): boolean =>
  Math.abs(one.x - other.x) < 1 && Math.abs(one.y - other.y) < 1 && Math.abs(one.zoom - other.zoom) < 0.001;

/** What the steps cover. */
export function boundsOf(positions: Positions): Rect {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of positions.values()) {
    [left, top] = [Math.min(left, x), Math.min(top, y)];
    [right, bottom] = [Math.max(right, x + NODE.width), Math.max(bottom, y + NODE.height)];
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}
