import { SchemaForm, schemaOf } from "../../../forms";
import { useI18n } from "../../../i18n/I18n";
import { useBench } from "../bench";
import { stepEditors } from "./editors";
import type { Step } from "../model/draft";
import { changed, paramsOf, runnerOf, withField } from "../model/steps";
import { useProblemsAt, useProblemsBelow } from "./useStepProblems";

/** The params of a step, as its runner describes them. */
export function Params({ step }: { step: Step }) {
  const { t } = useI18n();
  const { runners, edit, isReadOnly } = useBench();
  const problems = useProblemsBelow(step.key, "params");
  const said = useProblemsAt(step.key)("params");
  const name = runnerOf(step);
  const runner = runners.find((one) => one.name === name);
  if (runner === undefined) return <p className="soft">{said ?? t("editor.paramsNone")}</p>;
  return (
    <SchemaForm
      key={name}
      schema={schemaOf(runner.params_schema)}
      value={paramsOf(step)}
      problems={problems}
      editors={stepEditors}
      isReadOnly={isReadOnly}
      onChange={(params) =>
        edit(
          (draft) => changed(draft, step.key, (before) => withField(before, "params", Object.keys(params).length === 0 ? undefined : params)),
          `${step.key}.params`,
        )
      }
    />
  );
}
