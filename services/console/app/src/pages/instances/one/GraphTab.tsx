import { useMemo } from "react";
import { useQueryValue } from "../../../app/navigation";
import { DagView, Outline } from "../../../graph";
import { useI18n } from "../../../i18n/I18n";
import { Button } from "../../../ui/Button";
import { Card } from "../../../ui/Card";
import { Empty } from "../../../ui/Empty";
import { Loading } from "../../../ui/Loading";
import { edgesIn } from "../data/shape";
import { useNodes } from "../data/useNodes";
import type { TabProps } from "./InstanceTabs";

/** The steps as a graph, or as a list that says the same; each with the state it has now. */
export function GraphTab({ instance, steps, content, chosen, onSelect }: TabProps) {
  const { t } = useI18n();
  const [view, setView] = useQueryValue("view", "graph");
  const nodes = useNodes(instance, content, steps);
  const edges = useMemo(() => edgesIn(content), [content]);
  if (content.length === 0) return <Loading />;
  const label = t("instances.graphOf", { name: `${instance.definition} #${instance.id}` });
  return (
    <Card
      isFlush
      title={t("instances.graph")}
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
        <Outline label={label} nodes={nodes} edges={edges} selected={chosen} onSelect={onSelect} height={600} />
      ) : (
        <div className="graph-frame" data-size={nodes.length > 12 ? "large" : "usual"}>
          <DagView label={label} nodes={nodes} edges={edges} selected={chosen} onSelect={onSelect} onOpen={onSelect} />
        </div>
      )}
    </Card>
  );
}
