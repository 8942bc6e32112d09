import { Problem } from "../../api/problem";
import { useI18n } from "../../i18n/I18n";
import { CodeText } from "../../ui/CodeText";
import { Empty } from "../../ui/Empty";
import { ProblemView } from "../../ui/ProblemView";

const INSTALL = `batchdag psql -f definitions/library/questions_schema.sql
batchdag prompt apply definitions/library/prompts.yaml
batchdag apply definitions/library/explanation.yaml`;

interface RefusedProps {
  error: Error;
  onRetry: () => void;
}

/** Why there is nothing to see. Tables that are not there are no failure: the page says how to make them. */
export function Refused({ error, onRetry }: RefusedProps) {
  const { t } = useI18n();
  if (!(error instanceof Problem && error.isConflict)) return <ProblemView error={error} onRetry={onRetry} />;
  return (
    <Empty title={t("explanations.noTablesTitle")} lead={t("explanations.noTablesLead")}>
      <CodeText text={INSTALL} isBlock />
    </Empty>
  );
}
