import type { IsValidConnection, NodeChange, OnConnect } from "@xyflow/react";
import { useCallback, useMemo, useState } from "react";
import type { StepFlowNode } from "./StepNode";
import type { DagEdge, DagNode, Position, Positions } from "./types";

export interface Editing {
  onConnect: (edge: DagEdge) => void;
  /** Whether an edge may be drawn: the caller knows what would be a cycle. */
  mayConnect: (edge: DagEdge) => boolean;
  onDeleteStep: (key: string) => void;
  onDeleteEdge: (edge: DagEdge) => void;
}

const none: ReadonlyMap<string, Position> = new Map();

/** Steps that were moved by hand stand where they were put, until they are laid out anew. */
export function useEditing(laid: Positions, nodes: readonly DagNode[], editing: Editing | undefined) {
  const [moved, setMoved] = useState(none);
  const positions = useMemo(() => placed(laid, moved, nodes), [laid, moved, nodes]);
  const onNodesChange = useCallback((changes: NodeChange<StepFlowNode>[]) => {
    const places = changes.flatMap((change): [string, Position][] =>
      change.type === "position" && change.position ? [[change.id, change.position]] : [],
    );
    if (places.length > 0) setMoved((before) => new Map([...before, ...places]));
  }, []);
  const onConnect: OnConnect = ({ source, target }) => editing?.onConnect({ from: source, to: target });
  const isValidConnection: IsValidConnection = ({ source, target }) => editing?.mayConnect({ from: source, to: target }) ?? false;
  return { positions, onNodesChange, onConnect, isValidConnection, isMoved: moved.size > 0, layOutAnew: () => setMoved(none) };
}

/** A step that was just added has no place until the layout is there: it waits at the origin of the graph. */
function placed(laid: Positions, moved: Positions, nodes: readonly DagNode[]): Positions {
  return new Map(nodes.map(({ key }) => [key, moved.get(key) ?? laid.get(key) ?? { x: 0, y: 0 }]));
}
