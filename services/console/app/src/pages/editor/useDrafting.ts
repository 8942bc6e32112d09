import { useCallback, useEffect, useState } from "react";
import { type Draft, isSameDraft } from "./model/draft";
import { begun, type History, noted, redone, undone } from "./model/history";
import { dropDraft, keepDraft, keptDraft } from "./model/kept";

/** What a draft was made from: a version and what it said; 0 is a definition that is not there yet. */
export interface Base {
  readonly version: number;
  readonly draft: Draft;
}

/** A draft and what it was made from: to undo leads back to both, so that no save overwrites what was not seen. */
interface Stand {
  readonly draft: Draft;
  readonly base: Base;
}

interface Session {
  readonly history: History<Stand>;
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
  /** Goes on from another version, with this draft; undo leads back to the draft before, and to its version. */
  rebase: (base: Base, draft: Draft) => void;
  /** A draft is saved: all that led to it, and what was typed meanwhile, are of the version that it became. */
  settle: (saved: Base) => void;
}

/** A draft with its past. This browser keeps it under `slot` until it is what the version says. */
export function useDrafting(slot: string, opened: Base): Drafting {
  const [session, setSession] = useState<Session>(() => begin(slot, opened));
  const [isKept, setIsKept] = useState(true);
  const { history, restoredFrom } = session;
  const { draft, base } = history.present;
  const isChanged = draft !== base.draft && !isSameDraft(draft, base.draft);

  useEffect(() => {
    if (!isChanged) return dropDraft(slot, window.localStorage);
    const kept = { version: base.version, at: new Date().toISOString(), draft, base: base.draft };
    const isNowKept = keepDraft(slot, kept, window.localStorage);
    if (isNowKept !== isKept) setIsKept(isNowKept);
  }, [slot, draft, base, isChanged, isKept]);

  const move = useCallback((step: (history: History<Stand>) => History<Stand>) => {
    setSession((before) => ({ ...before, history: step(before.history) }));
  }, []);
  const edit = useCallback(
    (change: (draft: Draft) => Draft, place: string) =>
      move((before) => {
        const changed = change(before.present.draft);
        return changed === before.present.draft ? before : noted(before, { ...before.present, draft: changed }, place, Date.now());
      }),
    [move],
  );
  const rebase = useCallback((onto: Base, changed: Draft) => {
    setSession(({ history: before }) => ({
      history: noted(before, { draft: changed, base: onto }, `version ${onto.version}`, Date.now()),
      restoredFrom: null,
    }));
  }, []);
  const settle = useCallback((saved: Base) => {
    setSession(({ history: before }) => ({ history: settled(before, saved), restoredFrom: null }));
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
    settle,
  };
}

function settled(history: History<Stand>, saved: Base): History<Stand> {
  const replaced = history.present.base;
  const onto = (stand: Stand): Stand => (stand.base === replaced ? { ...stand, base: saved } : stand);
  return { past: history.past.map(onto), present: onto(history.present), future: [], last: null };
}

function begin(slot: string, opened: Base): Session {
  const kept = keptDraft(slot, window.localStorage);
  if (kept === null) return { history: begun({ draft: opened.draft, base: opened }), restoredFrom: null };
  return { history: begun({ draft: kept.draft, base: { version: kept.version, draft: kept.base } }), restoredFrom: kept.at };
}
