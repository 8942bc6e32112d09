/** What is seen of a graph: where its origin is in the window, how large it is drawn, and how large the window is. */
export interface View {
  x: number;
  y: number;
  zoom: number;
  width: number;
  height: number;
}

/** What part of a graph a picture shows: where its left upper corner is in the graph, how large, and how much it shows. */
export interface Frame {
  x: number;
  y: number;
  width: number;
  height: number;
  zoom: number;
}

/** Beyond the window on each side, as a share of it: so far it may be moved before the picture has an end. */
const MARGIN = 0.15;
/** A picture that is stretched more than this is painted anew while it moves. */
const STRETCH = 1.4;

/** The part of a graph that a picture shows for a view: more than is seen, so that it can be moved a little. */
export function frameOf({ x, y, zoom, width, height }: View): Frame {
  const [aside, above] = [Math.ceil(width * MARGIN), Math.ceil(height * MARGIN)];
  return { x: (-x - aside) / zoom, y: (-y - above) / zoom, width: width + 2 * aside, height: height + 2 * above, zoom };
}

/** Whether a picture holds what is seen, and is not stretched too much for it. */
export function isShown({ x, y, zoom, width, height }: View, frame: Frame): boolean {
  const [left, top] = [-x / zoom, -y / zoom];
  return (
    left >= frame.x &&
    top >= frame.y &&
    left + width / zoom <= frame.x + frame.width / frame.zoom &&
    top + height / zoom <= frame.y + frame.height / frame.zoom &&
    zoom / frame.zoom < STRETCH
  );
}
