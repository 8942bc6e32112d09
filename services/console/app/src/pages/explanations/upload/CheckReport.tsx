import type { UseQueryResult } from "@tanstack/react-query";
import type { CheckOut, LineProblem } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { Facts } from "../../../ui/Facts";
import { Icon } from "../../../ui/Icon";
import { ProblemView } from "../../../ui/ProblemView";
import { Count } from "../../../ui/Values";
import type { Given } from "./given";
import { countLines } from "./lines";
import { ProblemLines } from "./ProblemLines";

interface CheckReportProps {
  given: Given;
  check: UseQueryResult<CheckOut>;
  problems: readonly LineProblem[];
}

const MOST_LINES = 20;

/** What would become of an upload: counted, and by the line where something is wrong. */
export function CheckReport({ given, check, problems }: CheckReportProps) {
  const { t } = useI18n();
  return (
    <section className="stack" aria-live="polite" aria-busy={check.isFetching}>
      {check.isPending && (
        <p className="soft">
          <Icon name="spinner" /> {t("explanations.checking")}
        </p>
      )}
      {check.data && <Counted checked={check.data} />}
      {check.error && problems.length === 0 && <ProblemView error={check.error} onRetry={() => void check.refetch()} />}
      {problems.length > 0 && (
        <div className="stack">
          <div>
            <h3>{t("explanations.problemsTitle", { count: check.data?.refused ?? countLines(problems) })}</h3>
            <p className="soft">{t("explanations.problemsLead", { count: check.data?.refused ?? countLines(problems) })}</p>
          </div>
          <ProblemLines given={given} problems={problems} encoding={check.data?.encoding ?? "utf-8"} />
        </div>
      )}
    </section>
  );
}

function Counted({ checked }: { checked: CheckOut }) {
  const { t, format } = useI18n();
  const { ignored_columns: ignored, duplicate_lines: doubled } = checked;
  const facts = [
    { name: t("explanations.received"), value: <Count value={checked.received} /> },
    { name: t("explanations.good"), value: <Count value={checked.good} /> },
    { name: t("explanations.duplicates"), value: <Count value={checked.duplicates} /> },
    { name: t("explanations.refused"), value: <Count value={checked.refused} /> },
    { name: t("explanations.encoding"), value: checked.encoding },
  ];
  return (
    <>
      <h3>{t("explanations.checked")}</h3>
      <Facts facts={facts} />
      {checked.refused === 0 && (
        <p className="check-good tone--ok">
          <Icon name="check" /> {t("explanations.allGood")}
        </p>
      )}
      {ignored.length > 0 && (
        <p className="soft">{t("explanations.ignored", { count: ignored.length, names: format.list(ignored) })}</p>
      )}
      {doubled.length > 0 && (
        <p className="soft">{t("explanations.linesOf", { count: checked.duplicates, lines: linesInWords(doubled) })}</p>
      )}
    </>
  );
}

const linesInWords = (lines: readonly number[]) =>
  lines.length > MOST_LINES ? `${lines.slice(0, MOST_LINES).join(", ")} …` : lines.join(", ");
