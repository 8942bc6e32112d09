import { ViewportPortal } from "@xyflow/react";
import { memo, useId, useMemo } from "react";
import { names } from "../ui/names";
import { areMany, type EdgeLine, linesOf } from "./lines";
import type { DagEdge, DagNode, Positions } from "./types";

interface EdgesProps {
  edges: readonly DagEdge[];
  nodes: readonly DagNode[];
  positions: Positions;
  chosen: string | null;
  /** Given where an edge can be chosen. */
  onChoose?: ((id: string) => void) | undefined;
}

/**
 * All edges in one picture below the steps. React Flow would make a component of each, with three subscriptions that
 * are run for every frame of a movement: of 2,000 edges that is most of what a frame costs.
 */
export const Edges = memo(function Edges({ edges, nodes, positions, chosen, onChoose }: EdgesProps) {
  const arrow = useId();
  const lines = useMemo(() => linesOf(edges, nodes, positions), [edges, nodes, positions]);
  const head = areMany(edges) ? undefined : `url(#${arrow})`;
  return (
    <ViewportPortal>
      <svg className="dag-edges" aria-hidden="true">
        <marker id={arrow} viewBox="-10 -10 20 20" markerWidth="14" markerHeight="14" orient="auto">
          <path className="dag-edges__head" d="M-5,-4 0,0 -5,4Z" />
        </marker>
        {lines.map((line) => (
          <Line key={line.id} {...line} isChosen={line.id === chosen} head={head} onChoose={onChoose} />
        ))}
      </svg>
    </ViewportPortal>
  );
});

interface LineProps extends EdgeLine {
  isChosen: boolean;
  head: string | undefined;
  onChoose: EdgesProps["onChoose"];
}

const Line = memo(function Line({ id, path, isGone, isChosen, head, onChoose }: LineProps) {
  return (
    <>
      <path className={names("dag-edge", isGone && "dag-edge--gone", isChosen && "dag-edge--chosen")} d={path} markerEnd={head} />
      {onChoose && <path className="dag-edge__grip" d={path} onClick={() => onChoose(id)} />}
    </>
  );
});
