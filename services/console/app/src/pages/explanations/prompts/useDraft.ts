import { useEffect, useState } from "react";
import type { PromptOut } from "../../../api/schema";
import { type Draft, draftOf, isSame, noDraft } from "./draft";

/** A draft over the version that it began from. While nothing is changed it follows what others save. */
export function useDraft(stands: PromptOut | null) {
  const [base, setBase] = useState(stands);
  const [draft, setDraft] = useState<Draft>(stands ? draftOf(stands) : noDraft);
  const baseDraft = base ? draftOf(base) : noDraft;
  const baseVersion = base?.version ?? 0;
  const isChanged = !isSame(draft, baseDraft);
  const newer = stands !== null && stands.version > baseVersion ? stands : null;
  const begin = (from: PromptOut) => {
    setBase(from);
    setDraft(draftOf(from));
  };
  /** A draft is saved; what was typed since it was sent goes on from there. */
  const settle = (sent: Draft, saved: PromptOut) => {
    setBase(saved);
    setDraft((now) => (isSame(now, sent) ? draftOf(saved) : now));
  };
  useEffect(() => {
    if (newer === null || isChanged) return;
    setBase(newer);
    setDraft(draftOf(newer));
  }, [newer, isChanged]);
  useWarning(isChanged);
  return { draft, setDraft, baseDraft, baseVersion, isChanged, newer, begin, settle, setBase };
}

/** The browser asks before it leaves what is not saved. */
function useWarning(isChanged: boolean): void {
  useEffect(() => {
    if (!isChanged) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isChanged]);
}
