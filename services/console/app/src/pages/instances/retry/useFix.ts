import { useState } from "react";
import { Problem } from "../../../api/problem";
import type { DefinitionOut } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { useSaidProblems } from "../../../said";
import { useToast } from "../../../ui/Toast";
import { type Draft, isEdited, onTopOf, type StepObject, withEdit } from "./draft";
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
  const asTyped = useDraftProblems(draft);
  const rebase = async (begin: (stands: DefinitionOut) => Draft) => {
    const stands = await reread();
    if (stands) setDraft(begin(stands));
  };
  const saving = useSaveDraft((version) => {
    toast.say(t("retry.saved", { version: String(version) }));
    setPlanned(version);
    void rebase((base) => ({ base, edits: {} })).catch(toast.problem);
  });
  const change = (next: Draft) => {
    setDraft(next);
    setPlanned(null);
    saving.reset();
  };
  const takeOver = async () => {
    await rebase((base) => onTopOf(draft, base));
    saving.reset();
  };
  const refused = saving.error instanceof Problem ? saving.error : null;
  return {
    draft,
    planned,
    error: saving.error,
    /** Set: somebody else has saved meanwhile. */
    moved: refused?.isConflict ? refused : null,
    problems: say([...asTyped, ...(refused?.problems ?? [])]),
    isSaving: saving.isPending,
    edit: (key: string, step: StepObject) => change(withEdit(draft, key, step)),
    undo: () => change({ ...draft, edits: {} }),
    takeOver: () => void takeOver().catch(toast.problem),
    /** Saves what was edited and shows its plan; without an edit, that of the version that stands. */
    proceed: () => (isEdited(draft) ? saving.mutate(draft) : setPlanned(draft.base.version ?? null)),
  };
}
