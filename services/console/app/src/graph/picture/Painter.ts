import { type Frame, frameOf, isShown, type View } from "./frame";
import { type Palette, paint } from "./paint";
import type { Scene } from "./scene";

interface Painted {
  frame: Frame;
  at: number;
}

const MOVING_MS = 100;
const REST_MS = 120;

/**
 * Keeps a picture of a graph that the browser moves and stretches along with the graph, which costs next to nothing. It is
 * painted anew now and then while it moves, and exactly when it rests.
 */
export class Painter {
  readonly #canvas: HTMLCanvasElement;
  readonly #paletteOf: (element: HTMLElement) => Palette;
  #scene: Scene | null = null;
  #view: View | null = null;
  #painted: Painted | null = null;
  #isChanged = false;
  #timer = 0;

  constructor(canvas: HTMLCanvasElement, paletteOf: (element: HTMLElement) => Palette) {
    this.#canvas = canvas;
    this.#paletteOf = paletteOf;
  }

  show(scene: Scene): void {
    this.#scene = scene;
    this.repaint();
  }

  /** The colours are others. */
  repaint(): void {
    this.#isChanged = true;
    this.#plan();
  }

  look(view: View): void {
    this.#view = view;
    this.#plan();
  }

  stop(): void {
    window.clearTimeout(this.#timer);
  }

  #plan(): void {
    const [scene, view] = [this.#scene, this.#view];
    if (scene === null || view === null || view.width === 0 || view.height === 0) return;
    window.clearTimeout(this.#timer);
    const wait = this.#wait(view);
    if (wait === 0) this.#paint(scene, view);
    else if (wait !== null) this.#timer = window.setTimeout(() => this.#paint(scene, view), wait);
  }

  /** In how many milliseconds it is to be painted; null: it is good as it is. */
  #wait(view: View): number | null {
    if (this.#painted === null) return 0;
    const { frame, at } = this.#painted;
    if (this.#isChanged || !isShown(view, frame)) return Math.max(0, at + MOVING_MS - performance.now());
    return frame.zoom === view.zoom ? null : REST_MS;
  }

  #paint(scene: Scene, view: View): void {
    const context = this.#canvas.getContext("2d");
    if (context === null) throw new Error("the browser gives no context to draw on");
    const frame = frameOf(view);
    const scale = window.devicePixelRatio;
    fit(this.#canvas, frame, scale);
    paint(context, scene, frame, { palette: this.#paletteOf(this.#canvas), scale });
    this.#painted = { frame, at: performance.now() };
    this.#isChanged = false;
  }
}

/** Lays the canvas over its part of the graph, in the graph's own coordinates. */
function fit(canvas: HTMLCanvasElement, { x, y, width, height, zoom }: Frame, scale: number): void {
  const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  canvas.style.transform = `translate(${x}px,${y}px) scale(${1 / (zoom * scale)})`;
}
