import type { RehearsalOut } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { Card } from "../../../ui/Card";
import { type Fact, Facts } from "../../../ui/Facts";
import { Meter } from "../../../ui/Meter";
import { Badge } from "../../../ui/Badge";
import type { Look } from "../../../ui/states";
import { Table } from "../../../ui/Table";
import { Count, Money } from "../../../ui/Values";
import { shareOf, type Verdict, verdictOf } from "./verdict";

const looks: { readonly [V in Verdict]: Look } = {
  rehearsing: { tone: "info", icon: "spinner" },
  stopped: { tone: "quiet", icon: "stop" },
  problems: { tone: "bad", icon: "alert" },
  tooDear: { tone: "bad", icon: "money" },
  free: { tone: "ok", icon: "check" },
  fine: { tone: "ok", icon: "check" },
};

/** What the real run would cost, about and at most, for each step and in all, against the budget. */
export function Price({ report }: { report: RehearsalOut }) {
  const { t } = useI18n();
  const { about_usd, at_most_usd, budget_usd } = report;
  const verdict = verdictOf(report);
  const facts: readonly (Fact | false)[] = [
    { name: t("runs.about"), value: <span className="price"><Money usd={about_usd} /></span> },
    { name: t("runs.atMost"), value: <span className="price"><Money usd={at_most_usd} /></span> },
    { name: t("runs.budgetOf"), value: <Budget budget={budget_usd} price={at_most_usd} /> },
  ];
  return (
    <Card
      title={t("runs.price")}
      aside={
        <span role="status">
          <Badge {...looks[verdict]}>{t(`runs.verdict_${verdict}`)}</Badge>
        </span>
      }
    >
      <div className="stack">
        <Facts facts={facts.filter((fact) => fact !== false)} />
        <PriceTable report={report} />
      </div>
    </Card>
  );
}

function Budget({ budget, price }: { budget: string | null; price: string }) {
  const { t } = useI18n();
  const share = shareOf(price, budget);
  if (budget === null || share === null) return t("definitions.noLimit");
  return (
    <span className="price-budget">
      <Money usd={budget} />
      <Meter label={t("runs.ofBudget")} share={share} tone={Number(price) > Number(budget) ? "bad" : share > 0.7 ? "warn" : "ok"} />
    </span>
  );
}

function PriceTable({ report: { steps } }: { report: RehearsalOut }) {
  const { t } = useI18n();
  const asking = steps.flatMap(({ key, asking }) => (asking ? [{ key, ...asking }] : []));
  if (asking.length === 0) return <p className="soft">{t("runs.asksNobody")}</p>;
  return (
    <Table
      label={t("runs.price")}
      rows={asking}
      rowKey={({ key }) => key}
      columns={[
        { key: "step", label: t("runs.step"), isHeader: true, cell: ({ key }) => key },
        { key: "model", label: t("runs.model"), isSecondary: true, cell: ({ model, mode }) => `${model} (${mode})` },
        { key: "requests", label: t("runs.requests"), isNumber: true, cell: ({ requests }) => <Count value={requests} /> },
        { key: "tokens", label: t("runs.tokens"), isNumber: true, isSecondary: true, cell: (row) => <Tokens input={row.input_tokens} output={row.output_tokens} /> },
        { key: "about", label: t("runs.about"), isNumber: true, cell: ({ about_usd }) => <Money usd={about_usd} /> },
        { key: "atMost", label: t("runs.atMost"), isNumber: true, cell: ({ at_most_usd }) => <Money usd={at_most_usd} /> },
      ]}
    />
  );
}

function Tokens({ input, output }: { input: number; output: number }) {
  return (
    <>
      <Count value={input} /> + <Count value={output} />
    </>
  );
}
