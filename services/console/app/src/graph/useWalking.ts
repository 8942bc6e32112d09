import { useReactFlow } from "@xyflow/react";
import { type KeyboardEvent, useMemo, useState } from "react";
import { edgeId } from "./lines";
import { neighbours } from "./layers";
import { type DagEdge, type DagNode, NODE, type Positions } from "./types";
import type { Editing } from "./useEditing";
import { stepTowards, ways } from "./walking";

interface Walk {
  nodes: readonly DagNode[];
  edges: readonly DagEdge[];
  positions: Positions;
  selected: string | null;
  chosenEdge: string | null;
  onSelect: (key: string | null) => void;
  onOpen: ((key: string) => void) | undefined;
  editing: Editing | undefined;
}

/** The graph by keyboard: arrows move a cursor along the edges, Enter selects and opens, Delete deletes. */
export function useWalking(walk: Walk) {
  const { nodes, edges, positions, selected, chosenEdge, onSelect, onOpen, editing } = walk;
  const { setCenter, getZoom } = useReactFlow();
  const [cursor, setCursor] = useState<string | null>(null);
  const links = useMemo(() => neighbours(nodes.map(({ key }) => key), edges), [nodes, edges]);

  const moveTo = (key: string) => {
    setCursor(key);
    const place = positions.get(key);
    if (place) void setCenter(place.x + NODE.width / 2, place.y + NODE.height / 2, { zoom: Math.max(getZoom(), 0.6), duration: 150 });
  };
  const remove = () => {
    const edge = edges.find((one) => edgeId(one) === chosenEdge);
    if (edge) editing?.onDeleteEdge(edge);
    else if (selected) editing?.onDeleteStep(selected);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget) return;
    const way = ways[event.key];
    const here = cursor ?? selected;
    const first = nodes[0]?.key;
    if (way && first) moveTo(here && positions.has(here) ? stepTowards(way, here, { positions, ...links }) : first);
    else if (event.key === "Enter" && here) (onSelect(here), onOpen?.(here));
    else if (event.key === "Escape") (setCursor(null), onSelect(null));
    else if (event.key === "Delete" || event.key === "Backspace") remove();
    else return;
    event.preventDefault();
  };
  return { cursor: cursor !== null && positions.has(cursor) ? cursor : null, onKeyDown };
}
