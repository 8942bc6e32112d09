import type { DefinitionSpendOut } from "../../api/schema";
import { useI18n } from "../../i18n/I18n";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { Link } from "../../ui/Link";
import { Meter } from "../../ui/Meter";
import { type Column, Table } from "../../ui/Table";
import { Money } from "../../ui/Values";

/** Definitions with what they spend and may spend, those that have spent most first. */
export function SpendersCard({ definitions }: { definitions: readonly DefinitionSpendOut[] }) {
  const { t } = useI18n();
  const columns: Column<DefinitionSpendOut>[] = [
    {
      key: "name", label: t("operations.definition"), isHeader: true,
      cell: ({ name }) => (
        <Link look="row" to="/definitions/:name" params={{ name }}>
          {name}
        </Link>
      ),
    },
    { key: "paid", label: t("operations.paid30"), isNumber: true, cell: (one) => <Money usd={one.spent_30d_usd} /> },
    { key: "simulated", label: t("operations.simulated30"), isNumber: true, isSecondary: true, cell: (one) => <Money usd={one.simulated_30d_usd} /> },
    { key: "last", label: t("operations.lastInstance"), isNumber: true, cell: (one) => <LastSpend definition={one} /> },
    { key: "budget", label: t("operations.budgetEach"), isNumber: true, isSecondary: true, cell: (one) => <Money usd={one.budget_usd} /> },
    { key: "used", label: t("operations.budgetUsed"), isNumber: true, cell: (one) => <BudgetUsed definition={one} /> },
  ];
  const rows = [...definitions].sort((one, other) => Number(other.spent_30d_usd) - Number(one.spent_30d_usd) || one.name.localeCompare(other.name));
  return (
    <Card title={t("operations.byDefinition")} isFlush>
      {rows.length === 0 ? (
        <Empty icon="graph" headingLevel={3} title={t("operations.noDefinitions")} lead={t("operations.noDefinitionsLead")} />
      ) : (
        <Table label={t("operations.byDefinition")} columns={columns} rows={rows} rowKey={({ name }) => name} />
      )}
    </Card>
  );
}

function LastSpend({ definition: { last_instance_id, last_spent_usd } }: { definition: DefinitionSpendOut }) {
  if (last_instance_id === null) return <Money usd={null} />;
  return (
    <span className="prose">
      <Link to="/instances/:id" params={{ id: last_instance_id }}>
        #{last_instance_id}
      </Link>{" "}
      <Money usd={last_spent_usd} />
    </span>
  );
}

function BudgetUsed({ definition: { budget_usd, last_spent_usd } }: { definition: DefinitionSpendOut }) {
  const { t, format } = useI18n();
  if (budget_usd === null || Number(budget_usd) === 0) return <Money usd={null} />;
  const share = Number(last_spent_usd ?? 0) / Number(budget_usd);
  return (
    <span className="meter-cell">
      <Meter label={t("operations.budgetUsed")} share={share} tone={share >= 0.9 ? "bad" : share >= 0.7 ? "warn" : "info"} />
      {format.percent(share)}
    </span>
  );
}
