import type { DefinitionOut, DefinitionSummary } from "../../../api/schema";
import { Sparkline } from "../../../charts";
import { useI18n } from "../../../i18n/I18n";
import { Card } from "../../../ui/Card";
import { CodeText } from "../../../ui/CodeText";
import { type Fact, Facts } from "../../../ui/Facts";
import { Count, Money, Time } from "../../../ui/Values";
import { namesIn } from "./content";
import { Spent } from "./Spent";

interface DefinitionFactsProps {
  definition: DefinitionOut;
  /** Its row of the list; it comes a moment later. */
  summary: DefinitionSummary | undefined;
}

/** When it fires, what it costs, what it takes, and who has edited it last. */
export function DefinitionFacts({ definition, summary }: DefinitionFactsProps) {
  const { t } = useI18n();
  const { cron, timezone, budget_usd, max_active, priority } = definition;
  const names = namesIn(definition);
  const facts: readonly (Fact | false)[] = [
    { name: t("definitions.lastRuns"), value: summary ? <Sparkline runs={summary.last_runs} /> : "–" },
    { name: t("definitions.running"), value: <Count value={summary?.running} /> },
    { name: t("definitions.cost30"), value: summary ? <Spent row={summary} /> : "–" },
    { name: t("definitions.budget"), value: budget_usd === null ? t("definitions.noLimit") : <Money usd={budget_usd} /> },
    { name: t("definitions.schedule"), value: cron === null ? t("definitions.byHand") : <Schedule cron={cron} timezone={timezone} /> },
    cron !== null && { name: t("definitions.next"), value: <Time at={summary?.next_fire_at} /> },
    { name: t("definitions.takes"), value: names.length === 0 ? t("definitions.noParams") : <CodeText text={names.join(", ")} /> },
    max_active !== null && { name: t("definitions.atOnce"), value: <Count value={max_active} /> },
    priority !== 0 && { name: t("definitions.priority"), value: <Count value={priority} /> },
    summary !== undefined && { name: t("definitions.edited"), value: <Edited summary={summary} /> },
  ];
  return (
    <Card>
      <Facts facts={facts.filter((fact) => fact !== false)} />
    </Card>
  );
}

function Schedule({ cron, timezone }: { cron: string; timezone: string }) {
  return (
    <>
      <CodeText text={cron} /> <span className="faint">{timezone}</span>
    </>
  );
}

function Edited({ summary }: { summary: DefinitionSummary }) {
  return (
    <>
      {summary.edited_by}{" "}
      <span className="faint">
        <Time at={summary.edited_at} />
      </span>
    </>
  );
}
