import { useState } from "react";
import type { DefinitionOut, InstanceDetail, StepOut } from "../../../api/schema";
import { Can, useMay } from "../../../app/me";
import { useI18n } from "../../../i18n/I18n";
import { Button } from "../../../ui/Button";
import { Card } from "../../../ui/Card";
import { SelectField } from "../../../ui/Field";
import { Link } from "../../../ui/Link";
import { ProblemView } from "../../../ui/ProblemView";
import { type Draft, isEdited, problemsFor, stepKeys, stepOf } from "./draft";
import { Moved } from "./Moved";
import { PlanStage } from "./PlanStage";
import { StepForm } from "./StepForm";
import { useFix } from "./useFix";

interface FixProps {
  instance: InstanceDetail;
  steps: readonly StepOut[];
  newest: DefinitionOut;
  step: string | undefined;
  reread: () => Promise<DefinitionOut | undefined>;
}

/** The definition is mended in place, saved as a new version, and the plan of a retry with it is shown. */
export function Fix({ instance, steps, newest, step, reread }: FixProps) {
  const mayEdit = useMay("editor");
  const fix = useFix({ newest, reread, had: instance.version, mayEdit });
  return (
    <div className="stack">
      {mayEdit && <Mending instance={instance} steps={steps} step={step} fix={fix} />}
      {fix.planned !== null && (
        <Can role="operator">
          <PlanStage instance={instance} version={fix.planned} />
        </Can>
      )}
    </div>
  );
}

interface MendingProps extends Pick<FixProps, "instance" | "steps" | "step"> {
  fix: ReturnType<typeof useFix>;
}

function Mending({ instance, steps, step, fix }: MendingProps) {
  const { t } = useI18n();
  const { draft } = fix;
  const [chosen, setChosen] = useState(step ?? steps.find(({ state }) => state === "failed")?.step_key ?? "");
  const [isUnread, setIsUnread] = useState(false);
  const keys = stepKeys(draft);
  const choices = keys.includes(chosen) ? keys : [chosen, ...keys];
  return (
    <Card title={t("retry.fixStep")} aside={<Stands draft={draft} had={instance.version} />}>
      <div className="fix-place">
        <div className="tools">
          <SelectField
            label={t("retry.fixWhich")}
            value={chosen}
            onChange={setChosen}
            options={choices.map((value) => ({ value, label: value }))}
          />
          <Link
            to="/definitions/:name/edit"
            params={{ name: instance.definition }}
            query={{ step: chosen, continue: instance.id }}
          >
            {t("retry.fullEditor")}
          </Link>
        </div>
        <StepForm
          key={`${chosen} ${draft.base.version} ${fix.undone}`}
          name={chosen}
          step={stepOf(draft, chosen)}
          error={steps.find(({ step_key }) => step_key === chosen)?.error ?? null}
          told={problemsFor(draft, chosen, fix.problems)}
          onChange={(edited) => fix.edit(chosen, edited)}
          onUnread={setIsUnread}
        />
        {fix.moved && <Moved problem={fix.moved} onTakeOver={fix.takeOver} />}
        {fix.error && !fix.moved && <ProblemView error={fix.error} />}
        <Proceed fix={fix} isUnread={isUnread} />
      </div>
    </Card>
  );
}

function Proceed({ fix, isUnread }: { fix: MendingProps["fix"]; isUnread: boolean }) {
  const { t } = useI18n();
  const isChanged = isEdited(fix.draft);
  return (
    <div className="row">
      <Button kind="primary" isBusy={fix.isSaving} disabled={isUnread || fix.moved !== null} onClick={fix.proceed}>
        {isChanged ? t("retry.saveDo") : t("retry.planDo")}
      </Button>
      {isChanged && (
        <Button kind="quiet" onClick={fix.undo}>
          {t("retry.reset")}
        </Button>
      )}
    </div>
  );
}

function Stands({ draft, had }: { draft: Draft; had: number }) {
  const { t } = useI18n();
  const version = String(draft.base.version ?? "");
  return <span>{t(draft.base.version === had ? "retry.stands" : "retry.newer", { version, had: String(had) })}</span>;
}
