import { useMemo } from "react";
import type { DefinitionOut } from "../../../api/schema";
import { useQueryValue } from "../../../app/navigation";
import type { DagNode } from "../../../graph";
import { GraphCard } from "../../../graph/GraphCard";
import { useI18n } from "../../../i18n/I18n";
import { edgesIn, stepsIn } from "../../instances/data/shape";
import { StepAbout } from "./StepAbout";

/** The steps, and below what the chosen one is. */
export function StepsCard({ definition }: { definition: DefinitionOut }) {
  const { t } = useI18n();
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
  const content = definition.steps.find((step) => step["key"] === chosen);
  return (
    <>
      <GraphCard
        title={t("definitions.steps")}
        label={t("definitions.graphOf", { name: definition.name })}
        nodes={nodes}
        edges={edges}
        selected={chosen === "" ? null : chosen}
        onSelect={(key) => choose(key ?? "")}
      />
      {content && <StepAbout step={content} onClose={() => choose("")} />}
    </>
  );
}
