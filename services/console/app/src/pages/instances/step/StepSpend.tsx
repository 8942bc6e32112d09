import type { SpendOut } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { type Column, Table } from "../../../ui/Table";
import { Count, Money } from "../../../ui/Values";
import { Section } from "./Section";

/** What a step has bought, from whom, for how much. */
export function StepSpend({ spend }: { spend: readonly SpendOut[] }) {
  const { t } = useI18n();
  if (spend.length === 0) return null;
  const columns: readonly Column<SpendOut>[] = [
    {
      key: "model", label: t("steps.model"), isHeader: true,
      cell: (row) => (
        <>
          {row.model} <span className="faint">{row.is_simulated ? t("instances.simulated") : row.provider}</span>
        </>
      ),
    },
    { key: "requests", label: t("steps.requests"), isNumber: true, cell: (row) => <Count value={row.requests} /> },
    {
      key: "tokens", label: t("steps.tokensHead"), isNumber: true,
      cell: (row) => <Count value={(row.input_tokens ?? 0) + (row.output_tokens ?? 0)} />,
    },
    { key: "spent", label: t("instances.spent"), isNumber: true, cell: (row) => <Money usd={row.spent_usd} /> },
  ];
  return (
    <Section title={t("steps.spend")}>
      <Table label={t("steps.spend")} columns={columns} rows={spend} rowKey={(row) => `${row.provider} ${row.model} ${row.mode}`} />
    </Section>
  );
}
