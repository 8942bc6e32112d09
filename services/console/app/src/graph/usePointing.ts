import type { NodeMouseHandler } from "@xyflow/react";
import { useCallback, useLayoutEffect, useRef } from "react";
import type { StepFlowNode } from "./StepNode";

interface Pointing {
  onSelect: (key: string | null) => void;
  onOpen: ((key: string) => void) | undefined;
  onChoose: (edge: string | null) => void;
}

/** The graph by pointer. The handlers stay the same: React Flow would draw every step anew for another one. */
export function usePointing(pointing: Pointing) {
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
  const onPaneClick = useCallback(() => select(null), [select]);
  return { onNodeClick, onNodeDoubleClick, onPaneClick };
}
