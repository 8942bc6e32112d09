import { useQuery } from "@tanstack/react-query";
import type { ItemState } from "../../../api/schema";
import { isOneOf } from "../../../app/preferences";
import { setQuery } from "../../../app/navigation";
import { useI18n } from "../../../i18n/I18n";
import { useStateWords } from "../../../ui/Badge";
import { Button } from "../../../ui/Button";
import { Empty } from "../../../ui/Empty";
import { SelectField } from "../../../ui/Field";
import { Icon } from "../../../ui/Icon";
import { stepQuery } from "../data/queries";
import type { TabProps } from "../one/InstanceTabs";
import { StepField } from "../one/StepField";
import { ItemList } from "./ItemList";
import "./item.css";

const states: readonly ItemState[] = ["pending", "succeeded", "failed", "dead"];

/** The items of one step, by state or by why they failed. */
export function ItemsTab({ instance, steps, query }: TabProps) {
  const { t } = useI18n();
  const words = useStateWords();
  const step = query["of"] ?? likeliest(steps);
  const known = useQuery({ ...stepQuery(instance.id, step), enabled: step !== "" });
  if (steps.length === 0) return <Empty icon="list" title={t("instances.noSteps")} lead={t("instances.noStepsLead")} />;
  const given = query["items"] ?? null;
  const state: ItemState | "" = isOneOf(states, given) ? given : "";
  const reason = query["reason"] ?? "";
  const counts = known.data?.items;
  const total = counts?.is_complete && !reason ? (state ? counts[state] : states.reduce((sum, one) => sum + counts[one], 0)) : undefined;
  return (
    <div className="stack">
      <div className="tools">
        <StepField steps={steps} value={step} onChange={(of) => setQuery({ of, items: null, reason: null })} />
        <SelectField
          label={t("instances.state")}
          value={state}
          onChange={(items) => setQuery({ items })}
          options={[{ value: "" as const, label: t("ui.all") }, ...states.map((value) => ({ value, label: words(value) }))]}
        />
      </div>
      {reason && (
        <p className="chosen-reason">
          <Icon name="filter" />
          <span>{reason}</span>
          <Button size="small" kind="quiet" icon="close" onClick={() => setQuery({ reason: null })}>
            {t("instances.clear")}
          </Button>
        </p>
      )}
      <ItemList key={`${step} ${state} ${reason}`} id={instance.id} step={step} filter={{ state, reason }} total={total} />
    </div>
  );
}

/** The step that people most likely ask for: one that failed, else the last that works on items. */
function likeliest(steps: TabProps["steps"]): string {
  const failed = steps.find(({ state }) => state === "failed");
  const working = steps.findLast(({ progress }) => progress !== null);
  return (failed ?? working ?? steps.at(-1))?.step_key ?? "";
}
