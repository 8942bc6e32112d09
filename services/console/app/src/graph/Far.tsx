import { useStore } from "@xyflow/react";
import { useEffect, useRef } from "react";

const READABLE = 0.35;

/** Marks the graph while names are too small to be read: style sheets leave them out, which keeps a large graph quick. */
export function Far() {
  const isFar = useStore((state) => state.transform[2] < READABLE);
  const marker = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const graph = marker.current?.closest<HTMLElement>(".dag");
    if (graph) graph.dataset["far"] = String(isFar);
  }, [isFar]);
  return <span ref={marker} hidden />;
}
