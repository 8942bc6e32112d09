import "./frame.css";
import { useQueryValue } from "../app/navigation";
import { useI18n } from "../i18n/I18n";
import { Button } from "../ui/Button";
import { Card } from "../ui/Card";
import { Empty } from "../ui/Empty";
import { DagView, type DagEdge, type DagNode, Outline } from ".";

interface GraphCardProps {
  title: string;
  label: string;
  nodes: readonly DagNode[];
  edges: readonly DagEdge[];
  selected: string | null;
  onSelect: (key: string | null) => void;
}

const MANY = 12;
const LIST_HEIGHT = 600;

/** The steps as a graph, or as a list that says the same; which of the two stands in the address. */
export function GraphCard({ title, nodes, onSelect, ...shown }: GraphCardProps) {
  const { t } = useI18n();
  const [view, setView] = useQueryValue("view", "graph");
  return (
    <Card
      isFlush
      title={title}
      aside={
        <>
          <Button size="small" kind="quiet" aria-pressed={view === "graph"} icon="graph" onClick={() => setView("graph")}>
            {t("graph.asGraph")}
          </Button>
          <Button size="small" kind="quiet" aria-pressed={view === "list"} icon="list" onClick={() => setView("list")}>
            {t("graph.asList")}
          </Button>
        </>
      }
    >
      {nodes.length === 0 ? (
        <Empty icon="graph" title={t("graph.empty")} />
      ) : view === "list" ? (
        <Outline {...shown} nodes={nodes} onSelect={onSelect} height={LIST_HEIGHT} />
      ) : (
        <div className="graph-frame" data-size={nodes.length > MANY ? "large" : "usual"}>
          <DagView {...shown} nodes={nodes} onSelect={onSelect} onOpen={onSelect} />
        </div>
      )}
    </Card>
  );
}
