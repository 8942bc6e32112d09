import { Outline } from "../../graph";
import { useI18n } from "../../i18n/I18n";
import { useBench } from "./bench";
import { NoSteps } from "./NoSteps";
import { useDag } from "./useDag";

/** The graph as a list. A step that is chosen is edited, connected and deleted in its panel, all by keyboard. */
export function ListView({ onAdd }: { onAdd: () => void }) {
  const { t } = useI18n();
  const { draft, selected, select } = useBench();
  const { nodes, edges } = useDag();
  if (nodes.length === 0) return <NoSteps onAdd={onAdd} />;
  return (
    <Outline
      label={t("editor.graphOf", { name: draft.name || t("editor.newTitle") })}
      nodes={nodes}
      edges={edges}
      selected={selected}
      onSelect={select}
      height={620}
    />
  );
}
