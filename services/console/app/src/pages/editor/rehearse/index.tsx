import { lazy, Suspense } from "react";
import type { RehearseDialogProps } from "./RehearseDialog";

const Lazy = lazy(async () => ({ default: (await import("./RehearseDialog")).RehearseDialog }));

/** The dialog that rehearses the draft; it is loaded when it is first asked for. */
export function RehearseDraft(props: RehearseDialogProps) {
  return (
    <Suspense fallback={null}>
      <Lazy {...props} />
    </Suspense>
  );
}
