import { useOnViewportChange, type Viewport } from "@xyflow/react";
import { type RefObject, useMemo, useRef } from "react";

/**
 * While a large graph is panned it is one picture that the browser moves. A zoom would have that picture drawn in a size
 * that nobody sees, so it is drawn anew for each frame then.
 */
export function useSolidWhilePanned(graph: RefObject<HTMLElement | null>, isLarge: boolean): void {
  const zoom = useRef(0);
  const handlers = useMemo(() => {
    const mark = (isPanned: boolean) => graph.current?.toggleAttribute("data-panned", isPanned && isLarge);
    return {
      onStart: (view: Viewport) => (mark(true), (zoom.current = view.zoom)),
      onChange: (view: Viewport) => view.zoom !== zoom.current && mark(false),
      onEnd: () => mark(false),
    };
  }, [graph, isLarge]);
  useOnViewportChange(handlers);
}
