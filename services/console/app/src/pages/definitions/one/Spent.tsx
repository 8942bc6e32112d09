import type { DefinitionSummary } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { Money } from "../../../ui/Values";

/** What it has cost in thirty days; simulated money stands apart. */
export function Spent({ row }: { row: DefinitionSummary }) {
  const { t, format } = useI18n();
  const simulated = Number(row.simulated_30d_usd);
  return (
    <span className="definition-spent">
      <Money usd={row.spent_30d_usd} />
      {simulated > 0 && <span className="faint">{t("definitions.simulated", { money: format.money(simulated) })}</span>}
    </span>
  );
}
