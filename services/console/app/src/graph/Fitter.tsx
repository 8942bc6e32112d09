import { useReactFlow } from "@xyflow/react";
import { useEffect, useRef } from "react";
import type { Positions } from "./types";

/** Shows the whole graph when it has been laid out anew. */
export function Fitter({ shape }: { shape: Positions }) {
  const { fitView } = useReactFlow();
  const shown = useRef(shape);
  useEffect(() => {
    if (shown.current === shape) return;
    shown.current = shape;
    void fitView({ duration: 200, maxZoom: 1 });
  }, [fitView, shape]);
  return null;
}
