import { useState } from "react";
import { useI18n } from "../../i18n/I18n";
import { Dialog } from "../../ui/Dialog";
import { SelectField } from "../../ui/Field";
import { useBench } from "./bench";
import { nextOf } from "./model/steps";

interface AddStepDialogProps {
  onAdd: (runner: string, after: string | null) => void;
  onClose: () => void;
}

/** The palette: what kinds of steps there are, and after which step the new one runs. */
export function AddStepDialog({ onAdd, onClose }: AddStepDialogProps) {
  const { t } = useI18n();
  const { draft, runners, selected } = useBench();
  const lastLeaf = draft.steps.findLast((step) => nextOf(step).length === 0)?.key;
  const [after, setAfter] = useState(selected ?? lastLeaf ?? "");
  return (
    <Dialog title={after ? t("editor.addAfter", { key: after }) : t("editor.addStep")} onClose={onClose}>
      <div className="stack">
        <p className="soft">{t("editor.addLead")}</p>
        {draft.steps.length > 0 && (
          <SelectField
            label={t("editor.runsAfter")}
            value={after}
            onChange={setAfter}
            options={[{ value: "", label: t("editor.runsAfterNothing") }, ...draft.steps.map(({ key }) => ({ value: key, label: key }))]}
          />
        )}
        <ul className="palette">
          {runners.map((runner) => (
            <li key={runner.name}>
              <button type="button" className="palette__runner" onClick={() => onAdd(runner.name, after || null)}>
                <strong>{runner.name}</strong>{" "}
                <span className="soft">{runner.description}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
