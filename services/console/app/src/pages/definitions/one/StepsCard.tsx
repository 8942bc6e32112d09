import { useMemo } from "react";
import type { DefinitionOut } from "../../../api/schema";
import { useQueryValue } from "../../../app/navigation";
import { type DagNode, DagView, Outline } from "../../../graph";
import { useI18n } from "../../../i18n/I18n";
import { Button } from "../../../ui/Button";
import { Card } from "../../../ui/Card";
import { Empty } from "../../../ui/Empty";
import { edgesIn, stepsIn } from "../../instances/data/shape";
import { StepAbout } from "./StepAbout";

/** The steps as a graph, or as a list that says the same; the chosen one is told of below. */
export function StepsCard({ definition }: { definition: DefinitionOut }) {
  const { t } = useI18n();
  const [view, setView] = useQueryValue("view", "graph");
  const [chosen, choose] = useQueryValue("step", "");
  const steps = useMemo(() => stepsIn(definition), [definition]);
  const edges = useMemo(() => edgesIn(steps), [steps]);
  const nodes = useMemo<readonly DagNode[]>(
    () =>
      steps.map(({ key, runner, isParallel, isConditional }) => ({
        key,
        runner,
        marks: [...(isParallel ? ["×n"] : []), ...(isConditional ? ["if"] : [])],
      })),
    [steps],
  );
  const label = t("definitions.graphOf", { name: definition.name });
  const selected = chosen === "" ? null : chosen;
  const content = definition.steps.find((step) => step["key"] === chosen);
  return (
    <>
      <Card
        isFlush
        title={t("definitions.steps")}
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
          <Outline label={label} nodes={nodes} edges={edges} selected={selected} onSelect={choose} height={480} />
        ) : (
          <div className="definition-graph" data-size={nodes.length > 12 ? "large" : "usual"}>
            <DagView label={label} nodes={nodes} edges={edges} selected={selected} onSelect={(key) => choose(key ?? "")} onOpen={choose} />
          </div>
        )}
      </Card>
      {content && <StepAbout step={content} onClose={() => choose("")} />}
    </>
  );
}
