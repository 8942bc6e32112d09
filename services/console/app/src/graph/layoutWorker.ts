import { layOut } from "./layout";
import type { Shape } from "./types";

/** Lays a graph out beside the page, so that the page never stands still. */
self.addEventListener("message", (event: MessageEvent<{ asked: number; shape: Shape }>) => {
  const { asked, shape } = event.data;
  self.postMessage({ asked, places: layOut(shape) });
});
