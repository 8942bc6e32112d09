import { useMemo } from "react";
import { DagView, type Editing } from "../../graph";
import { useI18n } from "../../i18n/I18n";
import { useBench } from "./bench";
import { NoSteps } from "./NoSteps";
import { connected, disconnected, mayConnect } from "./model/steps";
import { useDag } from "./useDag";
import { useRemoving } from "./useRemoving";

const goToPanel = () => document.getElementById("step-panel")?.focus();

/** The graph, where steps are connected by drawing and deleted by a key. */
export function GraphView({ onAdd }: { onAdd: () => void }) {
  const { t } = useI18n();
  const { draft, edit, selected, select, isReadOnly, isNew } = useBench();
  const { nodes, edges } = useDag();
  const remove = useRemoving();
  const editing = useMemo<Editing>(
    () => ({
      mayConnect: (edge) => mayConnect(edges, edge),
      onConnect: (edge) => edit((before) => connected(before, edge), `connect ${edge.from} ${edge.to}`),
      onDeleteEdge: (edge) => edit((before) => disconnected(before, edge), `disconnect ${edge.from} ${edge.to}`),
      onDeleteStep: remove,
    }),
    [edges, edit, remove],
  );
  if (nodes.length === 0) return <NoSteps onAdd={onAdd} />;
  return (
    <div className="workbench__graph">
      <DagView
        label={t("editor.graphOf", { name: isNew ? t("editor.newTitle") : draft.name })}
        nodes={nodes}
        edges={edges}
        selected={selected}
        onSelect={select}
        onOpen={goToPanel}
        {...(!isReadOnly && { editing })}
      />
    </div>
  );
}
