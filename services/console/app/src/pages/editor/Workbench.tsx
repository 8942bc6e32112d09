import { useCallback, useEffect, useMemo, useState } from "react";
import { useMay } from "../../app/me";
import { useQueryValue } from "../../app/navigation";
import { useI18n } from "../../i18n/I18n";
import { useToast } from "../../ui/Toast";
import type { RehearsalForm } from "../runs/form/asked";
import { AddStepDialog } from "./AddStepDialog";
import { type Bench, BenchContext } from "./bench";
import { ConflictDialog } from "./conflict/ConflictDialog";
import { added } from "./model/steps";
import { Notices } from "./Notices";
import { Panel } from "./Panel";
import { RehearseDraft } from "./rehearse";
import { SaveFirst } from "./rehearse/SaveFirst";
import { SaveDialog } from "./save/SaveDialog";
import { useAfterSaving } from "./save/useAfterSaving";
import { Toolbar } from "./Toolbar";
import { useChecked } from "./useChecked";
import { type Base, useDrafting } from "./useDrafting";
import { useRunners } from "../../said/useRunners";
import { useUndoKeys } from "./useUndoKeys";
import { Views } from "./Views";
import "./editor.css";

interface WorkbenchProps {
  /** Under which name the draft is kept; "" is a definition that is not there yet. */
  slot: string;
  /** The definition as it stands: it may become newer while it is edited. */
  opened: Base;
  /** The failed instance that is to go on with what is saved. */
  continued: string | null;
}

/** The editor of a definition: views of the whole on one side, the step or the definition as a form on the other. */
export function Workbench({ slot, opened, continued }: WorkbenchProps) {
  const { t } = useI18n();
  const { say } = useToast();
  const drafting = useDrafting(slot, opened);
  const { draft, base, edit, rebase, settle } = drafting;
  const checking = useChecked(draft);
  const { runners } = useRunners();
  const [asked, setAsked] = useState<"add" | "rehearse" | "save" | "conflict" | null>(null);
  const [rehearsed, setRehearsed] = useState<RehearsalForm | null>(null);
  const [key, setKey] = useQueryValue("step", "");
  const isReadOnly = !useMay("editor");
  const isNew = base.version === 0;
  const selected = draft.steps.some((step) => step.key === key) ? key : null;
  const close = () => setAsked(null);
  const afterSaving = useAfterSaving({ slot, continued, settle });
  useUndoKeys(drafting);
  const select = useCallback((chosen: string | null) => setKey(chosen ?? ""), [setKey]);
  const bench = useMemo<Bench>(
    () => ({ draft, placed: checking.placed, runners, isReadOnly, isNew, edit, selected, select }),
    [draft, checking.placed, runners, isReadOnly, isNew, edit, selected, select],
  );
  const add = (runner: string, after: string | null) => {
    const made = added(draft, runner, after);
    edit(() => made.draft, `add ${made.key}`);
    setKey(made.key);
    close();
  };
  const stale = opened.version > base.version ? opened : null;
  useEffect(() => {
    // Nothing of one's own is at stake: what stands now is simply shown.
    if (stale && !drafting.isChanged) rebase(stale, stale.draft);
  }, [stale, drafting.isChanged, rebase]);
  return (
    <BenchContext value={bench}>
      <Toolbar
        drafting={drafting}
        checking={checking}
        onAdd={() => setAsked("add")}
        onRehearse={() => setAsked("rehearse")}
        onSave={() => setAsked("save")}
      />
      <Notices drafting={drafting} stale={drafting.isChanged ? stale : null} error={checking.error} onShow={() => setAsked("conflict")} />
      <div className="workbench">
        <Views checking={checking} onAdd={() => setAsked("add")} />
        <Panel />
      </div>
      {asked === "add" && <AddStepDialog onAdd={add} onClose={close} />}
      {asked === "rehearse" && isNew && <SaveFirst onSave={() => setAsked("save")} onClose={close} />}
      {asked === "rehearse" && !isNew && <RehearseDraft isDraft={drafting.isChanged} last={rehearsed} onAsked={setRehearsed} onClose={close} />}
      {asked === "save" && (
        <SaveDialog base={base} onSaved={(saved) => (close(), afterSaving(saved))} onConflict={() => setAsked("conflict")} onClose={close} />
      )}
      {asked === "conflict" && (
        <ConflictDialog
          base={base}
          onSettled={(theirs, changed, words) => {
            rebase(theirs, changed);
            say(t(words, { version: theirs.version }));
            close();
          }}
          onClose={close}
        />
      )}
    </BenchContext>
  );
}
