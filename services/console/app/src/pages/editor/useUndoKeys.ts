import { useEffect } from "react";
import type { Drafting } from "./useDrafting";

const TYPED_INTO = "input, textarea, select, [contenteditable], .editor__host, dialog";

/** Undo and redo by the usual keys, but where one types: a field has its own. */
export function useUndoKeys({ undo, redo }: Drafting): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof Element && event.target.closest(TYPED_INTO) !== null;
      if (isTyping || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
      event.preventDefault();
      if (event.shiftKey) redo();
      else undo();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [undo, redo]);
}
