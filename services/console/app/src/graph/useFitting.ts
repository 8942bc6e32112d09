import { useReactFlow, useStore, type Viewport } from "@xyflow/react";
import { useEffect, useEffectEvent, useRef } from "react";
import type { Positions } from "./types";
import { isSameView, wholeView } from "./view";

const GLIDE_MS = 200;
/** A busy browser draws the end of a glide later. */
const LATE_MS = 800;

interface Fitted {
  laid: Positions;
  view: Viewport;
  /** Until then it may still be on its way there. */
  arrives: number;
}

/**
 * Shows the whole graph when it is laid out, and again when its place changes size, as long as nobody has moved or
 * zoomed it since. The answer fits it on demand.
 */
export function useFitting(laid: Positions, positions: Positions): () => void {
  const { getViewport, setViewport } = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const last = useRef<Fitted | null>(null);

  const fit = (duration: number) => {
    const view = wholeView(positions, { width, height });
    last.current = { laid, view, arrives: duration === 0 ? 0 : performance.now() + duration + LATE_MS };
    void setViewport(view, { duration });
  };
  const refit = useEffectEvent(() => {
    if (width === 0 || height === 0 || positions.size === 0) return;
    const { current } = last;
    const isUntouched = current === null || performance.now() < current.arrives || isSameView(current.view, getViewport());
    if (isUntouched || current.laid !== laid) fit(0);
  });
  useEffect(() => refit(), [laid, width, height]);
  return () => fit(GLIDE_MS);
}
