import { useState } from "react";
import { Problem } from "../../../api/problem";
import type { DefinitionOut } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { useSaidProblems } from "../../../said";
import { useToast } from "../../../ui/Toast";
import { afterSave, type Draft, isEdited, onTopOf, type StepObject, withEdit } from "./draft";
import { useDraftProblems, useSaveDraft } from "./useSaving";

interface Given {
  newest: DefinitionOut;
  /** Reads the definition as it stands now. */
  reread: () => Promise<DefinitionOut | undefined>;
  /** The version of the instance. */
  had: number;
  mayEdit: boolean;
}

/**
 * A draft of the newest version, and the version whose plan is shown. That is shown at once to who may not edit, and
 * where the definition was mended already.
 */
export function useFix({ newest, reread, had, mayEdit }: Given) {
  const { t } = useI18n();
  const toast = useToast();
  const say = useSaidProblems();
  const standing = newest.version ?? null;
  const [draft, setDraft] = useState<Draft>({ base: newest, edits: {} });
  const [planned, setPlanned] = useState<number | null>(mayEdit && standing === had ? null : standing);
  const [undone, setUndone] = useState(0);
  const asTyped = useDraftProblems(draft);
  const saving = useSaveDraft((version, saved) => {
    toast.say(t("retry.saved", { version: String(version) }));
    setPlanned(version);
    setDraft((now) => afterSave(now, saved, version));
  });
  const change = (next: (now: Draft) => Draft) => {
    setDraft(next);
    setPlanned(null);
    if (!saving.isPending) saving.reset();
  };
  const takeOver = async () => {
    const stands = await reread();
    if (stands) setDraft((now) => onTopOf(now, stands));
    saving.reset();
  };
  const refused = saving.error instanceof Problem ? saving.error : null;
  return {
    draft,
    /** No plan leaves out what is edited and not saved. */
    planned: isEdited(draft) ? null : planned,
    error: saving.error,
    /** Set: somebody else has saved meanwhile. */
    moved: refused?.isConflict ? refused : null,
    problems: say([...asTyped, ...(refused?.problems ?? [])]),
    isSaving: saving.isPending,
    edit: (key: string, step: StepObject) => change((now) => withEdit(now, key, step)),
    undo: () => {
      change(({ base }) => ({ base, edits: {} }));
      setUndone((times) => times + 1);
    },
    /** How often all edits were taken back: fields that show a text as it was typed begin anew with each. */
    undone,
    takeOver: () => void takeOver().catch(toast.problem),
    /** Saves what was edited and shows its plan; without an edit, that of the version that stands. */
    proceed: () => (isEdited(draft) ? saving.mutate(draft) : setPlanned(draft.base.version ?? null)),
  };
}
