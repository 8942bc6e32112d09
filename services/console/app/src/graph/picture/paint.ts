import type { Tone } from "../../ui/states";
import { NODE } from "../types";
import type { Frame } from "./frame";
import type { Box, Lines, Scene } from "./scene";

export interface Palette {
  line: string;
  gone: string;
  accent: string;
  text: string;
  surface: string;
  border: string;
  font: string;
  /** Of a box: its side, and itself. */
  tones: Readonly<Record<Tone, { side: string; fill: string }>>;
}

const LINE = 1.4;
/** A line of at most one pixel is drawn in a fifth of the time; one that is much thinner nobody sees. */
const THICKNESS = { least: 0.4, most: 1 } as const;
const SIDE = 3;
const LEGIBLE = 0.35;
const NAME = { x: 34, y: 25, size: 13, most: 20 } as const;

interface Means {
  palette: Palette;
  /** Pixels of the picture for one of the page. */
  scale: number;
}

/** Paints a part of a graph: lines, boxes, and names where they can be read. */
export function paint(context: CanvasRenderingContext2D, scene: Scene, frame: Frame, { palette, scale }: Means): void {
  const zoom = frame.zoom * scale;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.setTransform(zoom, 0, 0, zoom, -frame.x * zoom, -frame.y * zoom);
  context.lineWidth = Math.min(Math.max(LINE * frame.zoom, THICKNESS.least), THICKNESS.most) / zoom;
  paintLines(context, scene.lines.plain, frame, palette.line);
  paintLines(context, scene.lines.gone, frame, palette.gone);
  paintLines(context, scene.lines.chosen, frame, palette.accent);
  for (const [tone, boxes] of scene.boxes) {
    const inside = boxes.filter((box) => isInside(box, frame));
    const { side, fill } = palette.tones[tone];
    const isLegible = frame.zoom >= LEGIBLE;
    paintBoxes(context, inside, { side, fill: isLegible ? palette.surface : fill });
    if (isLegible) paintNames(context, inside, palette);
  }
}

function paintLines(context: CanvasRenderingContext2D, lines: Lines, frame: Frame, colour: string): void {
  const [right, bottom] = [frame.x + frame.width / frame.zoom, frame.y + frame.height / frame.zoom];
  context.beginPath();
  for (let at = 0; at < lines.length; at += 4) {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = lines.subarray(at, at + 4);
    const isOutside = Math.max(x1, x2) < frame.x || Math.min(x1, x2) > right || Math.max(y1, y2) < frame.y || Math.min(y1, y2) > bottom;
    if (isOutside) continue;
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
  }
  context.strokeStyle = colour;
  context.stroke();
}

const isInside = ({ x, y }: Box, frame: Frame): boolean =>
  x + NODE.width > frame.x &&
  y + NODE.height > frame.y &&
  x < frame.x + frame.width / frame.zoom &&
  y < frame.y + frame.height / frame.zoom;

function paintBoxes(context: CanvasRenderingContext2D, boxes: readonly Box[], { side, fill }: Palette["tones"][Tone]): void {
  context.fillStyle = fill;
  for (const { x, y } of boxes) context.fillRect(x, y, NODE.width, NODE.height);
  context.fillStyle = side;
  for (const { x, y } of boxes) context.fillRect(x, y, SIDE, NODE.height);
}

/** From near a box is framed and says its name, as the element does that takes its place once the graph rests. */
function paintNames(context: CanvasRenderingContext2D, boxes: readonly Box[], { text, border, font }: Palette): void {
  context.strokeStyle = border;
  context.fillStyle = text;
  context.font = `600 ${NAME.size}px ${font}`;
  for (const { key, x, y } of boxes) {
    const name = key.length > NAME.most ? `${key.slice(0, NAME.most - 1)}…` : key;
    context.strokeRect(x, y, NODE.width, NODE.height);
    context.fillText(name, x + NAME.x, y + NAME.y);
  }
}
