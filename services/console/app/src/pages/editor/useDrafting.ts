import { useCallback, useEffect, useState } from "react";
import { type Draft, isSameDraft } from "./model/draft";
import { begun, type History, noted, redone, undone } from "./model/history";
import { dropDraft, keepDraft, keptDraft } from "./model/kept";

/** What a draft was made from: a version and what it said; 0 is a definition that is not there yet. */
export interface Base {
  readonly version: number;
  readonly draft: Draft;
}

interface Session {
  readonly history: History<Draft>;
  readonly base: Base;
  /** When the draft was kept that this session began with. */
  readonly restoredFrom: string | null;
}

export interface Drafting {
  draft: Draft;
  base: Base;
  isChanged: boolean;
  isKept: boolean;
  restoredFrom: string | null;
  canUndo: boolean;
  canRedo: boolean;
  /** `place` says what is changed: typing into one place is one change for undo. */
  edit: (change: (draft: Draft) => Draft, place: string) => void;
  undo: () => void;
  redo: () => void;
  /** Goes on from another version, with this draft; undo leads back to the draft before. */
  rebase: (base: Base, draft: Draft) => void;
}

/** A draft with its past. This browser keeps it under `slot` until it is what the version says. */
export function useDrafting(slot: string, opened: Base): Drafting {
  const [session, setSession] = useState<Session>(() => begin(slot, opened));
  const [isKept, setIsKept] = useState(true);
  const { history, base, restoredFrom } = session;
  const draft = history.present;
  const isChanged = draft !== base.draft && !isSameDraft(draft, base.draft);

  useEffect(() => {
    if (!isChanged) return dropDraft(slot, window.localStorage);
    const kept = { version: base.version, at: new Date().toISOString(), draft, base: base.draft };
    setIsKept(keepDraft(slot, kept, window.localStorage));
  }, [slot, draft, base, isChanged]);

  const move = useCallback((step: (history: History<Draft>) => History<Draft>) => {
    setSession((before) => ({ ...before, history: step(before.history) }));
  }, []);
  const edit = useCallback(
    (change: (draft: Draft) => Draft, place: string) => move((before) => noted(before, change(before.present), place, Date.now())),
    [move],
  );
  const rebase = useCallback((onto: Base, changed: Draft) => {
    setSession((before) => ({ history: noted(before.history, changed, "rebase", Date.now()), base: onto, restoredFrom: null }));
  }, []);
  return {
    draft,
    base,
    isChanged,
    isKept,
    restoredFrom,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    edit,
    undo: useCallback(() => move(undone), [move]),
    redo: useCallback(() => move(redone), [move]),
    rebase,
  };
}

function begin(slot: string, opened: Base): Session {
  const kept = keptDraft(slot, window.localStorage);
  if (kept === null) return { history: begun(opened.draft), base: opened, restoredFrom: null };
  return { history: begun(kept.draft), base: { version: kept.version, draft: kept.base }, restoredFrom: kept.at };
}
