import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, body } from "../../../api/client";
import { useI18n } from "../../../i18n/I18n";
import { useSaidProblems } from "../../../said";
import { Button } from "../../../ui/Button";
import { Card } from "../../../ui/Card";
import { SelectField, TextField } from "../../../ui/Field";
import { ProblemView } from "../../../ui/ProblemView";
import { stepsIn } from "../../instances/data/shape";
import { askedOf, type Rehearsed, type RehearsalForm } from "./asked";
import { ParamsCard } from "./ParamsCard";
import { saidOf, saidOfParams } from "./said";

interface RehearseFormProps {
  definition: Rehearsed;
  /** Whether what is rehearsed is the definition as it is given here, and not as it is saved. */
  isDraft?: boolean;
  initial: RehearsalForm;
  onStarted: (id: number, form: RehearsalForm) => void;
}

/** Params, how many items to try, and whether one step only. */
export function RehearseForm({ definition, isDraft = false, initial, onStarted }: RehearseFormProps) {
  const sayProblems = useSaidProblems();
  const { t } = useI18n();
  const [form, setForm] = useState(initial);
  const [isUnread, setIsUnread] = useState(false);
  const set = (changes: Partial<RehearsalForm>) => setForm((before) => ({ ...before, ...changes }));
  const rehearsing = useMutation({
    mutationFn: () => {
      const asked = isDraft ? { ...askedOf(form), definition: { ...definition } } : askedOf(form);
      return body(api.POST("/definitions/{name}/rehearse", { params: { path: { name: definition.name } }, body: asked }));
    },
    onSuccess: ({ instance_id }) => onStarted(instance_id, form),
  });
  const all = { value: "", label: t("runs.wholeDefinition") };
  const steps = stepsIn(definition).map(({ key }) => ({ value: key, label: key }));
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        rehearsing.mutate();
      }}
    >
      {rehearsing.error && <ProblemView error={rehearsing.error} />}
      <ParamsCard definition={definition} value={form.params} onChange={(params) => set({ params })} problems={saidOfParams(rehearsing.error, sayProblems)} onUnread={setIsUnread} />
      <Card title={t("runs.scope")}>
        <div className="run-fields">
          <TextField
            label={t("runs.sample")}
            hint={t("runs.sampleHint")}
            problem={saidOf(rehearsing.error, "sample")}
            inputMode="numeric"
            autoComplete="off"
            value={form.sample}
            onChange={(sample) => set({ sample })}
          />
          <SelectField label={t("runs.what")} hint={t("runs.whatHint")} value={form.step} options={[all, ...steps]} onChange={(chosen) => set({ step: chosen })} />
          {form.step !== "" && (
            <TextField
              label={t("runs.using")}
              hint={t("runs.usingHint")}
              problem={saidOf(rehearsing.error, "using")}
              isRequired
              inputMode="numeric"
              autoComplete="off"
              value={form.using}
              onChange={(instance) => set({ using: instance })}
            />
          )}
        </div>
      </Card>
      <div className="run-actions">
        <Button type="submit" kind="primary" icon="play" disabled={isUnread} isBusy={rehearsing.isPending || rehearsing.isSuccess}>
          {t("runs.rehearseButton")}
        </Button>
        <p className="faint">{t("runs.rehearseFree")}</p>
      </div>
    </form>
  );
}
