import "@xyflow/react/dist/base.css";
import "./graph.css";
import { type NodeTypes, ReactFlow, ReactFlowProvider } from "@xyflow/react";
import { memo, useRef, useState } from "react";
import { useI18n } from "../i18n/I18n";
import { Loading } from "../ui/Loading";
import { Announcer } from "./Announcer";
import { CanvasTools } from "./CanvasTools";
import { DetailProvider } from "./detail";
import { Edges } from "./Edges";
import { Picture } from "./picture/Picture";
import { SmallMap } from "./SmallMap";
import { StepNode } from "./StepNode";
import { type DagEdge, type DagNode, LARGE, type Positions } from "./types";
import { type Editing, useEditing } from "./useEditing";
import { useElements } from "./useElements";
import { useFlowNodes } from "./useFlowNodes";
import { useLayout } from "./useLayout";
import { useMeasuredHandles } from "./useMeasuredHandles";
import { usePointing } from "./usePointing";
import { useSolidWhilePanned } from "./useSolidWhilePanned";
import { useWalking } from "./useWalking";
import { ZOOM } from "./view";

export interface DagViewProps {
  /** What the graph is of, for those who do not see it. */
  label: string;
  nodes: readonly DagNode[];
  edges: readonly DagEdge[];
  selected: string | null;
  onSelect: (key: string | null) => void;
  /** Enter, or a double click. */
  onOpen?: (key: string) => void;
  /** Given where the graph may be changed. */
  editing?: Editing;
}

/** Fewer steps are seen whole. */
const MANY = 12;
const nodeTypes: NodeTypes = { step: StepNode };
/** React Flow's own words are English, and tell of keys that are not these: the graph says its own. */
const silent = {
  "node.a11yDescription.default": "",
  "node.a11yDescription.keyboardDisabled": "",
  "edge.a11yDescription.default": "",
};

/** The steps and how they follow each other. The parent gives the height. `Outline` says the same as a list. */
export const DagView = memo(function DagView(props: DagViewProps) {
  const positions = useLayout(props.nodes, props.edges);
  if (positions === null) return <Loading />;
  return (
    <ReactFlowProvider>
      <Canvas {...props} laid={positions} />
    </ReactFlowProvider>
  );
});

function Canvas({ label, nodes, edges, selected, onSelect, onOpen, editing, laid }: DagViewProps & { laid: Positions }) {
  const { t } = useI18n();
  const graph = useRef<HTMLDivElement>(null);
  const [chosenEdge, setChosenEdge] = useState<string | null>(null);
  const isEdited = editing !== undefined;
  const { positions, onNodesChange, layOutAnew, isMoved, ...connecting } = useEditing(laid, nodes, editing);
  const walking = useWalking({ nodes, edges, positions, selected, chosenEdge, onSelect, onOpen, editing });
  const flow = useFlowNodes(nodes, positions, { cursor: walking.cursor, selected, isEdited });
  const isLarge = nodes.length > LARGE;
  const { elements, isReadable, onPointerMove } = useElements(flow, positions, isLarge);
  const pointing = usePointing({ edges, positions, isLarge, mayChoose: isEdited && isReadable, onSelect, onOpen, onChoose: setChosenEdge });
  useMeasuredHandles(graph, isEdited && isReadable);
  useSolidWhilePanned(graph, isLarge);
  return (
    <div className="dag" ref={graph} role="application" aria-label={`${label}. ${t("graph.keys")}`} tabIndex={0} onKeyDown={walking.onKeyDown} onPointerMove={onPointerMove}>
      <DetailProvider value={isReadable}>
        <ReactFlow
          nodes={elements}
          nodeTypes={nodeTypes}
          onNodesChange={onNodesChange}
          {...pointing}
          {...connecting}
          nodesDraggable={isEdited}
          nodesConnectable={isEdited}
          elementsSelectable={false}
          nodesFocusable={false}
          disableKeyboardA11y
          ariaLabelConfig={silent}
          deleteKeyCode={null}
          zoomOnDoubleClick={false}
          onlyRenderVisibleElements={!isLarge}
          minZoom={ZOOM.least}
          maxZoom={ZOOM.most}
        >
          {isLarge ? (
            <Picture edges={edges} nodes={nodes} positions={positions} chosen={chosenEdge} />
          ) : (
            <Edges edges={edges} nodes={nodes} positions={positions} chosen={chosenEdge} onChoose={isEdited && isReadable ? setChosenEdge : undefined} />
          )}
          <CanvasTools laid={laid} positions={positions} isMoved={isMoved} onLayOut={layOutAnew} />
          {nodes.length > MANY && <SmallMap nodes={nodes} positions={positions} />}
        </ReactFlow>
      </DetailProvider>
      <Announcer nodes={nodes} edges={edges} cursor={walking.cursor} />
    </div>
  );
}
