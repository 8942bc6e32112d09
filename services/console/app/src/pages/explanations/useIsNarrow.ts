import { useSyncExternalStore } from "react";

const narrow = window.matchMedia("(width < 760px)");

function subscribe(changed: () => void): () => void {
  narrow.addEventListener("change", changed);
  return () => narrow.removeEventListener("change", changed);
}

/** Whether rows of questions stand on two lines, as their style sheet has it on a small screen. */
export const useIsNarrow = (): boolean => useSyncExternalStore(subscribe, () => narrow.matches);
