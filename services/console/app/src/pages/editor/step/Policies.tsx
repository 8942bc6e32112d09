import { useMemo } from "react";
import { type Editors, type JsonObject, type Schema, SchemaForm } from "../../../forms";
import { useI18n } from "../../../i18n/I18n";
import { useBench } from "../bench";
import type { Draft, Step } from "../model/draft";
import { failureSchema, parallelSchema, whenSchema } from "../model/schemas";
import { changed } from "../model/steps";
import { Folded } from "../Section";
import { ExpressionEditor, stepEditors } from "./editors";
import { useStepProblems } from "./useStepProblems";

const editors: Editors = { ...stepEditors, expression: ExpressionEditor };

/** When a step runs, how it is spread, and what a failure means: forms of fields that every step has. */
export function Policies({ step }: { step: Step }) {
  const { t } = useI18n();
  const parts = useMemo(
    () => [
      { title: t("editor.when"), schema: whenSchema(t) },
      { title: t("editor.spreading"), schema: parallelSchema(t) },
      { title: t("editor.failing"), schema: failureSchema(t) },
    ],
    [t],
  );
  return parts.map((part) => <Policy key={part.title} step={step} {...part} />);
}

function Policy({ step, title, schema }: { step: Step; title: string; schema: Schema }) {
  const { edit, isReadOnly } = useBench();
  const all = useStepProblems(step.key);
  const names = useMemo(() => Object.keys(schema.properties ?? {}), [schema]);
  const problems = useMemo(() => all.filter(({ path }) => names.includes(path.split(/[.[]/)[0] ?? "")), [all, names]);
  const value = Object.fromEntries(names.flatMap((name) => (step[name] === undefined || step[name] === null ? [] : [[name, step[name]]])));
  const change = (given: JsonObject) => edit((draft) => withPart(draft, step.key, names, given), `${step.key} ${names.join()}`);
  return (
    <Folded title={title} isOpen={names.some((name) => value[name] !== undefined) || problems.length > 0}>
      <SchemaForm schema={schema} value={value} onChange={change} problems={problems} editors={editors} isReadOnly={isReadOnly} />
    </Folded>
  );
}

/** The fields of one part in place of those that there were; the rest of the step stays. */
function withPart(draft: Draft, key: string, names: readonly string[], given: JsonObject): Draft {
  return changed(draft, key, (step) => {
    const others = Object.entries(step).filter(([name]) => !names.includes(name));
    return { ...Object.fromEntries(others), ...given, key: step.key } as Step;
  });
}
