import type { RehearsedStep } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { StateBadge } from "../../../ui/Badge";
import { Card } from "../../../ui/Card";
import { type Fact, Facts } from "../../../ui/Facts";
import { Count } from "../../../ui/Values";
import { AskingView } from "./AskingView";
import { LoadingView } from "./LoadingView";

/** One step of a rehearsal: how it ended, what it would ask with examples, what it would write. */
export function StepReport({ step }: { step: RehearsedStep }) {
  const { t, format } = useI18n();
  const facts: readonly (Fact | false)[] = [
    { name: t("runs.runner"), value: step.runner },
    { name: t("runs.items"), value: <Count value={step.items} /> },
    step.failed > 0 && { name: t("runs.failedItems"), value: <Count value={step.failed} /> },
    step.scale > 1 && { name: t("runs.scale"), value: t("runs.scaleWords", { scale: format.count(Math.round(step.scale * 10) / 10) }) },
  ];
  return (
    <Card title={step.key} aside={<StateBadge state={step.state} />}>
      <div className="stack">
        <Facts facts={facts.filter((fact) => fact !== false)} />
        {step.asking && <AskingView asking={step.asking} />}
        {step.loading && <LoadingView loading={step.loading} />}
      </div>
    </Card>
  );
}
