import { useStoreApi, ViewportPortal } from "@xyflow/react";
import { memo, useEffect, useMemo, useState } from "react";
import type { DagEdge, DagNode, Positions } from "../types";
import { Painter } from "./Painter";
import { paletteOf } from "./palette";
import { sceneOf } from "./scene";

interface PictureProps {
  nodes: readonly DagNode[];
  edges: readonly DagEdge[];
  positions: Positions;
  chosen: string | null;
}

/** A large graph as one picture. Steps that can be read or touched lie above it as elements. */
export const Picture = memo(function Picture({ nodes, edges, positions, chosen }: PictureProps) {
  const [canvas, setCanvas] = useState<HTMLCanvasElement | null>(null);
  const [painter, setPainter] = useState<Painter | null>(null);
  const store = useStoreApi();
  const scene = useMemo(() => sceneOf(nodes, edges, positions, chosen), [nodes, edges, positions, chosen]);

  useEffect(() => {
    if (canvas === null) return;
    const made = new Painter(canvas, paletteOf);
    const look = ({ transform: [x, y, zoom], width, height } = store.getState()) => made.look({ x, y, zoom, width, height });
    look();
    setPainter(made);
    const leave = [store.subscribe(look), onThemeChange(() => made.repaint()), () => made.stop()];
    return () => leave.forEach((end) => end());
  }, [canvas, store]);
  useEffect(() => painter?.show(scene), [painter, scene]);

  return (
    <ViewportPortal>
      <canvas ref={setCanvas} className="dag-picture" aria-hidden="true" />
    </ViewportPortal>
  );
});

/** A theme is chosen on the page, or follows the system. */
function onThemeChange(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    system.removeEventListener("change", changed);
  };
}
