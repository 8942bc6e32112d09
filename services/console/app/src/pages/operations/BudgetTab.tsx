import { useQuery } from "@tanstack/react-query";
import type { BudgetOut } from "../../api/schema";
import { setQuery } from "../../app/navigation";
import type { Query } from "../../app/routes";
import { Bars } from "../../charts";
import { useI18n } from "../../i18n/I18n";
import { Answer } from "../../ui/Answer";
import { Card } from "../../ui/Card";
import { SelectField } from "../../ui/Field";
import { Money } from "../../ui/Values";
import { burnOf, daysBack, type Money as Kind, type Series, seriesOf } from "./burn";
import { budgetQuery } from "./queries";
import { SpendersCard } from "./SpendersCard";
import "./operations.css";

const spans = ["7", "30", "90"] as const;
type Span = (typeof spans)[number];

/** What was spent, by day and definition, beside what may be spent. */
export function BudgetTab({ query }: { query: Query }) {
  const { t } = useI18n();
  const days: Span = spans.find((span) => span === query["days"]) ?? "30";
  const kind: Kind = query["kind"] === "simulated" ? "simulated_usd" : "spent_usd";
  const budget = useQuery(budgetQuery(Number(days)));
  return (
    <>
      <div className="tools">
        <SelectField
          label={t("operations.span")}
          value={days}
          onChange={(chosen) => setQuery({ days: chosen === "30" ? null : chosen })}
          options={spans.map((span) => ({ value: span, label: t("operations.days", { count: Number(span) }) }))}
        />
        <SelectField
          label={t("operations.money")}
          value={kind}
          onChange={(chosen) => setQuery({ kind: chosen === "simulated_usd" ? "simulated" : null })}
          options={[
            { value: "spent_usd", label: t("operations.paid") },
            { value: "simulated_usd", label: t("operations.simulatedMoney") },
          ]}
        />
      </div>
      <Answer query={budget} rows={8}>
        {(found) => (
          <>
            <BurnCard found={found} days={Number(days)} kind={kind} />
            <SpendersCard definitions={found.definitions} />
          </>
        )}
      </Answer>
    </>
  );
}

function BurnCard({ found, days, kind }: { found: BudgetOut; days: number; kind: Kind }) {
  const { t, format, language } = useI18n();
  const series = seriesOf(found.days, kind);
  const nameOf = useSeriesName();
  const total = series.reduce((sum, one) => sum + one.total, 0);
  const limit = found.limit_usd_per_day === null ? undefined : { value: Number(found.limit_usd_per_day), label: t("operations.limitPerDay") };
  const dayName = new Intl.DateTimeFormat(language, { month: "numeric", day: "numeric", timeZone: "UTC" });
  const groups = burnOf(found.days, series, daysBack(new Date(), days), kind).map(({ day, parts }) => ({
    key: day,
    label: dayName.format(new Date(day)),
    parts: parts.map(({ series: one, value }) => ({ name: nameOf(one), value, tone: one.tone })),
  }));
  const title = t(kind === "spent_usd" ? "operations.paidByDay" : "operations.simulatedByDay");
  return (
    <Card title={title} aside={<Money usd={total} />}>
      <div className="stack">
        {total === 0 ? (
          <p className="soft">{t(kind === "spent_usd" ? "operations.nothingPaid" : "operations.nothingSimulated")}</p>
        ) : (
          <>
            <Bars label={title} groups={groups} words={format.money} limit={limit} height={220} />
            <Legend series={series} />
          </>
        )}
        <p className="faint">{limit ? t("operations.limitWords", { limit: format.money(limit.value) }) : t("operations.noLimitWords")}</p>
      </div>
    </Card>
  );
}

function Legend({ series }: { series: readonly Series[] }) {
  const nameOf = useSeriesName();
  return (
    <ul className="budget-legend">
      {series.map((one) => (
        <li key={String(one.definition)} className={`tone--${one.tone}`}>
          <span className="legend__mark" aria-hidden="true" />
          {nameOf(one)} <Money usd={one.total} />
        </li>
      ))}
    </ul>
  );
}

function useSeriesName(): (series: Series) => string {
  const { t } = useI18n();
  return ({ definition }) => {
    if (definition === undefined) return t("operations.others");
    return definition ?? t("operations.pruned");
  };
}
