import { useState } from "react";
import { Problem } from "../../../api/problem";
import type { DefinitionOut, InstanceDetail, StepOut } from "../../../api/schema";
import { Can, useMay } from "../../../app/me";
import { useI18n } from "../../../i18n/I18n";
import { Button } from "../../../ui/Button";
import { Card } from "../../../ui/Card";
import { SelectField } from "../../../ui/Field";
import { Link } from "../../../ui/Link";
import { ProblemView } from "../../../ui/ProblemView";
import { useToast } from "../../../ui/Toast";
import { type Draft, isEdited, onTopOf, problemsFor, stepKeys, stepOf, withEdit } from "./draft";
import { Moved } from "./Moved";
import { PlanStage } from "./PlanStage";
import { StepForm } from "./StepForm";
import { useDraftProblems, useSaveDraft } from "./useSaving";

interface FixProps {
  instance: InstanceDetail;
  steps: readonly StepOut[];
  newest: DefinitionOut;
  step: string | undefined;
  reread: () => Promise<DefinitionOut | undefined>;
}

/** The definition is mended in place, saved as a new version, and the plan of a retry with it is shown. */
export function Fix({ instance, steps, newest, step, reread }: FixProps) {
  const { t } = useI18n();
  const toast = useToast();
  const mayEdit = useMay("editor");
  const [draft, setDraft] = useState<Draft>({ base: newest, edits: {} });
  const [chosen, setChosen] = useState(step ?? steps.find(({ state }) => state === "failed")?.step_key ?? "");
  const [planned, setPlanned] = useState<number | null>(mayEdit ? null : (newest.version ?? null));
  const problems = useDraftProblems(draft);
  const begin = async () => {
    const saved = await reread();
    if (saved) setDraft({ base: saved, edits: {} });
  };
  const saving = useSaveDraft((version) => {
    toast.say(t("retry.saved", { version: String(version) }));
    setPlanned(version);
    void begin().catch(toast.problem);
  });
  const change = (next: Draft) => {
    setDraft(next);
    setPlanned(null);
    saving.reset();
  };
  const takeOver = async () => {
    const theirs = await reread();
    if (theirs) change(onTopOf(draft, theirs));
  };
  const keys = stepKeys(draft);
  const current = stepOf(draft, chosen);
  const isMoved = saving.error instanceof Problem && saving.error.isConflict;
  const refused = saving.error instanceof Problem ? saving.error.problems : [];
  const told = problemsFor(draft, chosen, [...problems, ...refused]);
  return (
    <div className="stack">
      {mayEdit && (
        <Card title={t("retry.fixStep")} aside={<Stands draft={draft} had={instance.version} />}>
          <div className="fix-place">
            <div className="tab-tools">
              <SelectField
                label={t("retry.fixWhich")}
                value={chosen}
                onChange={setChosen}
                options={[...(keys.includes(chosen) ? [] : [chosen]), ...keys].map((value) => ({ value, label: value }))}
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
              key={`${chosen} ${draft.base.version}`}
              name={chosen}
              step={current}
              error={steps.find(({ step_key }) => step_key === chosen)?.error ?? null}
              told={told}
              onChange={(edited) => change(withEdit(draft, chosen, edited))}
            />
            {saving.error && isMoved ? <Moved problem={saving.error} onTakeOver={() => void takeOver().catch(toast.problem)} /> : saving.error && <ProblemView error={saving.error} />}
            <div className="row">
              <Button kind="primary" isBusy={saving.isPending} disabled={isMoved} onClick={() => (isEdited(draft) ? saving.mutate(draft) : setPlanned(draft.base.version ?? null))}>
                {isEdited(draft) ? t("retry.saveDo") : t("retry.planDo")}
              </Button>
              {isEdited(draft) && <Button kind="quiet" onClick={() => change({ ...draft, edits: {} })}>{t("retry.reset")}</Button>}
            </div>
          </div>
        </Card>
      )}
      {planned !== null && (
        <Can role="operator">
          <PlanStage instance={instance} version={planned} />
        </Can>
      )}
    </div>
  );
}

function Stands({ draft, had }: { draft: Draft; had: number }) {
  const { t } = useI18n();
  const version = String(draft.base.version ?? "");
  return <span>{t(draft.base.version === had ? "retry.stands" : "retry.newer", { version, had: String(had) })}</span>;
}
