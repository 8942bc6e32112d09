import { type NodeMouseHandler, useReactFlow } from "@xyflow/react";
import { type MouseEvent, useCallback, useLayoutEffect, useRef } from "react";
import { edgeId } from "./lines";
import { edgeAt, stepAt } from "./picture/hit";
import type { StepFlowNode } from "./StepNode";
import type { DagEdge, Positions } from "./types";

interface Pointing {
  edges: readonly DagEdge[];
  positions: Positions;
  /** Of a large graph most is a picture: who points at it points at what is drawn there. */
  isLarge: boolean;
  mayChoose: boolean;
  onSelect: (key: string | null) => void;
  onOpen: ((key: string) => void) | undefined;
  onChoose: (edge: string | null) => void;
}

/** In pixels, to each side of a line. */
const REACH = 10;

/** The graph by pointer. The handlers stay the same: React Flow would draw every step anew for another one. */
export function usePointing(pointing: Pointing) {
  const { screenToFlowPosition, getZoom } = useReactFlow();
  const latest = useRef(pointing);
  useLayoutEffect(() => {
    latest.current = pointing;
  });
  const select = useCallback((key: string | null) => {
    latest.current.onChoose(null);
    latest.current.onSelect(key);
  }, []);
  const onNodeClick = useCallback<NodeMouseHandler<StepFlowNode>>((_, node) => select(node.id), [select]);
  const onNodeDoubleClick = useCallback<NodeMouseHandler<StepFlowNode>>((_, node) => latest.current.onOpen?.(node.id), []);
  const onPaneClick = useCallback(
    (event: MouseEvent) => {
      const { edges, positions, isLarge, mayChoose, onChoose } = latest.current;
      if (!isLarge) return select(null);
      const place = screenToFlowPosition({ x: event.clientX, y: event.clientY });
      const step = stepAt(positions, place);
      const edge = step === null && mayChoose ? edgeAt(edges, positions, place, REACH / getZoom()) : null;
      if (edge) onChoose(edgeId(edge));
      else select(step);
    },
    [select, screenToFlowPosition, getZoom],
  );
  return { onNodeClick, onNodeDoubleClick, onPaneClick };
}
