import { useState } from "react";
import type { StepOut } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { StateBadge } from "../../../ui/Badge";
import { Card } from "../../../ui/Card";
import { Empty } from "../../../ui/Empty";
import { Meter } from "../../../ui/Meter";
import { type Column, type Sort, Table } from "../../../ui/Table";
import { Elapsed, Time } from "../../../ui/Values";
import { sorted } from "../data/sorting";
import { isDone, progressOf, shownState } from "../data/states";
import { useReasonWords } from "../../../said/words";
import type { TabProps } from "./InstanceTabs";

const SHOWN = 500;

/** The steps as a table. */
export function StepsTab({ steps, chosen, onSelect }: TabProps) {
  const { t } = useI18n();
  const [sort, setSort] = useState<Sort>({ key: "order", isDescending: false });
  const [most, setMost] = useState(SHOWN);
  const columns = useColumns(onSelect);
  if (steps.length === 0) return <Empty icon="list" title={t("instances.noSteps")} lead={t("instances.noStepsLead")} />;
  const rows = sorted(steps, sort).slice(0, most);
  return (
    <Card isFlush>
      <Table
        label={t("instances.steps")}
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        sort={sort}
        onSort={setSort}
        isSelected={({ step_key }) => step_key === chosen}
      />
      {rows.length < steps.length && (
        <button type="button" className="table-more" onClick={() => setMost(most + SHOWN)}>
          {t("ui.more")} ({t("ui.itemOf", { at: rows.length, total: steps.length })})
        </button>
      )}
    </Card>
  );
}

function useColumns(onSelect: (step: string) => void): readonly Column<StepOut>[] {
  const { t, format } = useI18n();
  return [
    {
      key: "step", label: t("instances.step"), isHeader: true, isSortable: true,
      cell: (step) => (
        <button type="button" className="link-button" onClick={() => onSelect(step.step_key)}>
          {step.step_key}
        </button>
      ),
    },
    { key: "state", label: t("instances.state"), isSortable: true, cell: (step) => <StateBadge state={shownState(step)} /> },
    { key: "reason", label: t("instances.why"), isSecondary: true, cell: (step) => <Reason step={step} /> },
    { key: "items", label: t("instances.items"), isNumber: true, cell: (step) => <Progress step={step} /> },
    {
      key: "attempt", label: t("steps.attempts"), isNumber: true, isSortable: true, isSecondary: true,
      cell: ({ attempt }) => format.count(attempt),
    },
    {
      key: "started", label: t("instances.started"), isNumber: true, isSortable: true, isSecondary: true,
      cell: ({ started_at }) => <Time at={started_at} />,
    },
    {
      key: "duration", label: t("instances.duration"), isNumber: true, isSortable: true,
      cell: (step) => <Elapsed from={step.started_at} until={step.finished_at} />,
    },
  ];
}

function Reason({ step }: { step: StepOut }) {
  const { t } = useI18n();
  const words = useReasonWords();
  const waits = step.state === "pending" && step.reason === null && step.waiting_on > 0;
  const said = waits ? t("steps.waitsFor", { count: step.waiting_on }) : words(step.reason);
  return (
    <span className="step-reason" title={step.error ?? said ?? undefined}>
      {said}
      {step.error && <span className="step-reason__error">{step.error}</span>}
    </span>
  );
}

function Progress({ step }: { step: StepOut }) {
  const { t, format } = useI18n();
  const progress = progressOf(step);
  if (progress === null) return <span className="faint">–</span>;
  if (isDone(step) || progress.total === null) return format.count(progress.done);
  const words = t("instances.ofItems", { done: progress.done, total: progress.total });
  return (
    <span className="step-progress" title={words}>
      {format.count(progress.done)}/{format.count(progress.total)}
      <Meter label={words} share={progress.total === 0 ? 1 : progress.done / progress.total} />
    </span>
  );
}
