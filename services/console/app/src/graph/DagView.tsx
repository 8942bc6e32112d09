import "@xyflow/react/dist/base.css";
import "./graph.css";
import { MiniMap, type NodeTypes, ReactFlow, ReactFlowProvider } from "@xyflow/react";
import { useMemo, useState } from "react";
import { useI18n } from "../i18n/I18n";
import { Loading } from "../ui/Loading";
import { lookOf } from "../ui/states";
import { Announcer } from "./Announcer";
import { CanvasTools } from "./CanvasTools";
import { Far } from "./Far";
import { Fitter, fitting } from "./Fitter";
import { flowEdges } from "./flow";
import { StepNode, type StepFlowNode } from "./StepNode";
import type { DagEdge, DagNode, Positions } from "./types";
import { type Editing, useEditing } from "./useEditing";
import { useFlowNodes } from "./useFlowNodes";
import { useLayout } from "./useLayout";
import { useWalking } from "./useWalking";

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

const nodeTypes: NodeTypes = { step: StepNode };
/** React Flow's own words are English, and tell of keys that are not these: the graph says its own. */
const silent = {
  "node.a11yDescription.default": "",
  "node.a11yDescription.keyboardDisabled": "",
  "edge.a11yDescription.default": "",
};

const toneOf = ({ data }: StepFlowNode) => `tone--${data.step.problems ? "bad" : data.step.state ? lookOf(data.step.state).tone : "neutral"}`;

/** The steps and how they follow each other. The parent gives the height. `Outline` says the same as a list. */
export function DagView(props: DagViewProps) {
  const { positions } = useLayout(props.nodes, props.edges);
  if (positions === null) return <Loading />;
  return (
    <ReactFlowProvider>
      <Canvas {...props} laid={positions} />
    </ReactFlowProvider>
  );
}

function Canvas({ label, nodes, edges, selected, onSelect, onOpen, editing, laid }: DagViewProps & { laid: Positions }) {
  const { t } = useI18n();
  const [chosenEdge, setChosenEdge] = useState<string | null>(null);
  const { positions, onNodesChange, layOutAnew, isMoved, ...connecting } = useEditing(laid, nodes, editing);
  const walking = useWalking({ nodes, edges, positions, selected, chosenEdge, onSelect, onOpen, editing });
  const flow = useFlowNodes(nodes, positions, { cursor: walking.cursor, selected, isEdited: editing !== undefined });
  const lines = useMemo(() => flowEdges(edges, nodes, chosenEdge), [edges, nodes, chosenEdge]);
  return (
    <div className="dag" role="application" aria-label={`${label}. ${t("graph.keys")}`} tabIndex={0} onKeyDown={walking.onKeyDown}>
      <ReactFlow
        nodes={flow}
        edges={lines}
        nodeTypes={nodeTypes}
        onNodesChange={onNodesChange}
        onNodeClick={(_, node) => (setChosenEdge(null), onSelect(node.id))}
        onNodeDoubleClick={(_, node) => onOpen?.(node.id)}
        onEdgeClick={(_, edge) => editing && setChosenEdge(edge.id)}
        onPaneClick={() => (setChosenEdge(null), onSelect(null))}
        {...connecting}
        nodesDraggable={editing !== undefined}
        nodesConnectable={editing !== undefined}
        elementsSelectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        disableKeyboardA11y
        ariaLabelConfig={silent}
        deleteKeyCode={null}
        zoomOnDoubleClick={false}
        onlyRenderVisibleElements
        fitView
        fitViewOptions={fitting(nodes.length)}
        minZoom={0.02}
        maxZoom={1.5}
      >
        <Fitter shape={laid} options={fitting(nodes.length)} />
        <Far />
        <CanvasTools fit={fitting(nodes.length)} isMoved={isMoved} onLayOut={layOutAnew} />
        {nodes.length > 12 && (
          <MiniMap<StepFlowNode> className="dag__map" nodeClassName={toneOf} ariaLabel={t("graph.minimap")} pannable zoomable />
        )}
      </ReactFlow>
      <Announcer nodes={nodes} edges={edges} cursor={walking.cursor} />
    </div>
  );
}
