import { useState } from "react";
import { useI18n } from "../../../i18n/I18n";
import { SelectField, TextField } from "../../../ui/Field";
import { useBench } from "../bench";
import type { Step } from "../model/draft";
import { changed, KEY, renamed, runnerOf, withField } from "../model/steps";
import { useProblemsAt } from "./useStepProblems";

/** What a step is called, what runs it, what it is for. */
export function Basics({ step }: { step: Step }) {
  const { t } = useI18n();
  const { runners, edit, isReadOnly } = useBench();
  const problem = useProblemsAt(step.key);
  const runner = runnerOf(step);
  const known = runners.map(({ name }) => name);
  const options = known.map((name) => ({ value: name, label: name }));
  const listed = known.includes(runner) ? options : [...options, { value: runner, label: t("editor.unknownRunner", { runner }) }];
  const set = (field: string, value: string | undefined) =>
    edit((draft) => changed(draft, step.key, (before) => withField(before, field, value)), `${step.key}.${field}`);
  return (
    <>
      <KeyField step={step} />
      <SelectField
        label={t("editor.runner")}
        hint={runners.find(({ name }) => name === runner)?.description}
        problem={problem("runner")}
        value={runner}
        onChange={(chosen) => set("runner", chosen === step.key ? undefined : chosen)}
        options={listed}
        disabled={isReadOnly}
      />
      <TextField
        label={t("editor.description")}
        problem={problem("description")}
        value={typeof step["description"] === "string" ? step["description"] : ""}
        onChange={(text) => set("description", text === "" ? undefined : text)}
        readOnly={isReadOnly}
      />
    </>
  );
}

/** The key is taken over when the field is left, so that what is half typed renames nothing. */
function KeyField({ step }: { step: Step }) {
  const { t } = useI18n();
  const { draft, edit, select, isReadOnly } = useBench();
  const said = useProblemsAt(step.key)("key");
  const [typed, setTyped] = useState(step.key);
  const isTaken = typed !== step.key && draft.steps.some(({ key }) => key === typed);
  const wrong = isTaken ? t("editor.keyTaken", { key: typed }) : typed !== step.key && !KEY.test(typed) ? t("editor.keyForm") : said;
  const take = () => {
    if (typed === step.key || isTaken || !KEY.test(typed)) return;
    edit((before) => renamed(before, step.key, typed), `rename ${step.key}`);
    select(typed);
  };
  return (
    <TextField
      label={t("editor.key")}
      hint={t("editor.keyHint")}
      problem={wrong}
      value={typed}
      onChange={setTyped}
      onBlur={take}
      onKeyDown={(event) => event.key === "Enter" && take()}
      readOnly={isReadOnly}
      autoComplete="off"
      spellCheck={false}
    />
  );
}
