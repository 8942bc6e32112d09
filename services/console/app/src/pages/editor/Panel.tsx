import { DefinitionPanel } from "./definition/DefinitionPanel";
import { useBench } from "./bench";
import { StepPanel } from "./step/StepPanel";

/** The form beside the views: of the chosen step, or of the definition where none is chosen. */
export function Panel() {
  const { draft, selected } = useBench();
  const step = draft.steps.find(({ key }) => key === selected);
  return (
    <aside className="card workbench__panel" id="step-panel" tabIndex={-1}>
      {step ? <StepPanel key={step.key} step={step} /> : <DefinitionPanel />}
    </aside>
  );
}
