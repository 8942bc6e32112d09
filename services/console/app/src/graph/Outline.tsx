import { useI18n } from "../i18n/I18n";
import { Badge, StateBadge } from "../ui/Badge";
import { VirtualList } from "../ui/VirtualList";
import type { DagEdge, DagNode } from "./types";
import { useStepWords } from "./useStepWords";
import "./outline.css";

interface OutlineProps {
  label: string;
  nodes: readonly DagNode[];
  edges: readonly DagEdge[];
  selected: string | null;
  onSelect: (key: string) => void;
  height?: number;
}

const ROW = 54;

/** The graph as a list: the same steps, states and ways, for keyboards, screen readers and narrow windows. */
export function Outline({ label, nodes, edges, selected, onSelect, height = 480 }: OutlineProps) {
  const { t } = useI18n();
  const words = useStepWords(edges);
  return (
    <VirtualList label={label} rows={nodes} rowKey={({ key }) => key} rowHeight={ROW} height={Math.min(height, nodes.length * ROW + 2)} total={nodes.length}>
      {(step) => {
        const [, before, after] = words(step);
        return (
          <button type="button" className="outline__step" aria-pressed={step.key === selected} onClick={() => onSelect(step.key)}>
            <span className="outline__name">
              <strong>{step.key}</strong> <span className="faint">{step.runner}</span>
            </span>
            <span className="outline__ways">
              {before} · {after}
            </span>
            {step.state && <StateBadge state={step.state} />}
            {step.problems ? (
              <Badge tone="bad" icon="alert">
                {t("graph.problems", { count: step.problems })}
              </Badge>
            ) : null}
          </button>
        );
      }}
    </VirtualList>
  );
}
