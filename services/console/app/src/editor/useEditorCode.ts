import { useCallback, useEffect, useState } from "react";
import type { CodeEditorView } from "./CodeEditorView";

type View = typeof CodeEditorView;

const PATIENCE_MS = 2_000;
const PAUSE_MS = 200;

/**
 * The code of the editor, which weighs as much as the rest of a page. It is loaded when the browser has nothing else to do,
 * or by `load`, when somebody begins to write. Without it the field stays a plain one, and the next focus tries again.
 */
export function useEditorCode(): { View: View | null; load: () => void } {
  const [View, setView] = useState<View | null>(null);
  const load = useCallback(() => {
    import("./CodeEditorView").then(
      (loaded) => setView(() => loaded.CodeEditorView),
      (error: unknown) => console.warn("the editor of code was not loaded; its field stays a plain one", error),
    );
  }, []);
  useEffect(() => whenIdle(load), [load]);
  return { View, load };
}

function whenIdle(run: () => void): () => void {
  // Safari has no such callback.
  if (!("requestIdleCallback" in window)) {
    const timer = setTimeout(run, PAUSE_MS);
    return () => clearTimeout(timer);
  }
  const asked = window.requestIdleCallback(run, { timeout: PATIENCE_MS });
  return () => window.cancelIdleCallback(asked);
}
