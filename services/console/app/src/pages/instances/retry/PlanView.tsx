import type { PlanOut } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { useSaid } from "../../../said";
import { StateBadge } from "../../../ui/Badge";
import { type Column, Table } from "../../../ui/Table";
import "./retry.css";

const fates = ["reuse", "rerun", "new", "dropped"] as const;

type Planned = PlanOut["steps"][number];

/** What a retry does with each step, and why. */
export function PlanView({ plan }: { plan: PlanOut }) {
  const { t } = useI18n();
  const said = useSaid();
  const columns: readonly Column<Planned>[] = [
    { key: "step", label: t("instances.step"), isHeader: true, cell: ({ step }) => step },
    { key: "fate", label: t("retry.fate"), cell: ({ fate }) => <StateBadge state={fate} /> },
    { key: "why", label: t("retry.because"), cell: (step) => said("planned", step, step.why) },
  ];
  return (
    <div className="plan">
      <PlanTally plan={plan} />
      <div className="plan__steps">
        <Table label={t("retry.plan")} columns={columns} rows={plan.steps} rowKey={({ step }) => step} />
      </div>
    </div>
  );
}

/** How many steps meet which fate. */
export function PlanTally({ plan }: { plan: PlanOut }) {
  const { format } = useI18n();
  return (
    <p className="row">
      {fates.map((fate) => {
        const count = plan.steps.filter((step) => step.fate === fate).length;
        return (
          count > 0 && (
            <span key={fate} className="tally">
              <StateBadge state={fate} />
              <span className="number">{format.count(count)}</span>
            </span>
          )
        );
      })}
    </p>
  );
}
