import { useI18n } from "../i18n/I18n";
import { useStepWords } from "./useStepWords";
import type { DagEdge, DagNode } from "./types";

interface AnnouncerProps {
  nodes: readonly DagNode[];
  edges: readonly DagEdge[];
  cursor: string | null;
}

/** Says the step under the cursor to those who do not see it. */
export function Announcer({ nodes, edges, cursor }: AnnouncerProps) {
  const { t } = useI18n();
  const words = useStepWords(edges);
  const step = nodes.find(({ key }) => key === cursor);
  return (
    <div className="hidden" aria-live="assertive">
      {nodes.length === 0 ? t("graph.empty") : step && words(step).join(", ")}
    </div>
  );
}
