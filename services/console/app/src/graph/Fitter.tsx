import { type FitViewOptions, useReactFlow } from "@xyflow/react";
import { useEffect, useRef } from "react";
import type { Positions } from "./types";

const FEW = 40;

/** How a graph is fitted: few steps stay large enough to be read, if not all of them are seen then. */
export const fitting = (count: number): FitViewOptions => ({ padding: 0.06, maxZoom: 1, ...(count <= FEW && { minZoom: 0.5 }) });

/** Shows the whole graph when it has been laid out anew. */
export function Fitter({ shape, options }: { shape: Positions; options: FitViewOptions }) {
  const { fitView } = useReactFlow();
  const shown = useRef(shape);
  const how = useRef(options);
  how.current = options;
  useEffect(() => {
    if (shown.current === shape) return;
    shown.current = shape;
    void fitView({ ...how.current, duration: 200 });
  }, [fitView, shape]);
  return null;
}
