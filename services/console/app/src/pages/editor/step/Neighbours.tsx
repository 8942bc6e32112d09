import { useI18n } from "../../../i18n/I18n";
import { IconButton } from "../../../ui/Button";
import { SelectField } from "../../../ui/Field";
import { Icon } from "../../../ui/Icon";
import { useBench } from "../bench";
import type { Step } from "../model/draft";
import { connected, disconnected, mayFollow, mayPrecede, nextOf, parentsOf } from "../model/steps";
import { useProblemsAt } from "./useStepProblems";

/** What a step runs after and before: the edges of the graph, without drawing. */
export function Neighbours({ step }: { step: Step }) {
  const { t } = useI18n();
  const { draft, edit } = useBench();
  const { steps } = draft;
  const said = useProblemsAt(step.key)("nextSteps");
  const from = (key: string) => ({ from: key, to: step.key });
  const to = (key: string) => ({ from: step.key, to: key });
  return (
    <>
      <Edges
        label={t("editor.runsAfter")}
        none={t("editor.first")}
        keys={parentsOf(steps, step.key)}
        candidates={mayPrecede(steps, step.key)}
        removeLabel={(key) => t("editor.detach", { key })}
        onAdd={(key) => edit((before) => connected(before, from(key)), `connect ${key} ${step.key}`)}
        onRemove={(key) => edit((before) => disconnected(before, from(key)), `disconnect ${key} ${step.key}`)}
      />
      <Edges
        label={t("editor.runsBefore")}
        none={t("editor.last")}
        keys={nextOf(step)}
        candidates={mayFollow(steps, step)}
        removeLabel={(key) => t("editor.detachNext", { key })}
        onAdd={(key) => edit((before) => connected(before, to(key)), `connect ${step.key} ${key}`)}
        onRemove={(key) => edit((before) => disconnected(before, to(key)), `disconnect ${step.key} ${key}`)}
      />
      {said && (
        <p className="field__problem">
          <Icon name="alert" size={14} />
          {said}
        </p>
      )}
    </>
  );
}

interface EdgesProps {
  label: string;
  none: string;
  keys: readonly string[];
  candidates: readonly string[];
  removeLabel: (key: string) => string;
  onAdd: (key: string) => void;
  onRemove: (key: string) => void;
}

function Edges({ label, none, keys, candidates, removeLabel, onAdd, onRemove }: EdgesProps) {
  const { t } = useI18n();
  const { isReadOnly, select } = useBench();
  return (
    <div className="edges">
      {!isReadOnly && candidates.length > 0 ? (
        <SelectField
          label={label}
          value=""
          onChange={onAdd}
          options={[{ value: "", label: t("editor.chooseStep") }, ...candidates.map((key) => ({ value: key, label: key }))]}
        />
      ) : (
        <span className="field__label">{label}</span>
      )}
      {keys.length === 0 ? (
        <p className="faint">{none}</p>
      ) : (
        <ul className="row edges__keys" aria-label={label}>
          {keys.map((key) => (
            <li key={key} className="edges__key">
              <button type="button" className="link edges__go" onClick={() => select(key)}>
                {key}
              </button>
              {!isReadOnly && <IconButton icon="close" label={removeLabel(key)} onClick={() => onRemove(key)} />}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
