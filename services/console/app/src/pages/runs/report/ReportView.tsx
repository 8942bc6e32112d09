import type { RehearsalOut } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { Price } from "./Price";
import { Remarks } from "./Remarks";
import { StepReport } from "./StepReport";
import "../runs.css";

/** What a rehearsal says: what would go wrong first, then the price, then step by step. */
export function ReportView({ report }: { report: RehearsalOut }) {
  const { t } = useI18n();
  return (
    <>
      <Remarks title={t("runs.problems")} tone="bad" icon="alert" remarks={report.problems} />
      <Price report={report} />
      {report.steps.map((step) => (
        <StepReport key={step.key} step={step} />
      ))}
      <Remarks title={t("runs.notes")} tone="info" icon="info" remarks={report.notes} />
    </>
  );
}
