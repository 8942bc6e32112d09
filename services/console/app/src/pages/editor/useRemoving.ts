import { useCallback } from "react";
import { useI18n } from "../../i18n/I18n";
import { useToast } from "../../ui/Toast";
import { useBench } from "./bench";
import { removed } from "./model/steps";

/** Deletes a step at once and says how to get it back: asking first is for what cannot be undone. */
export function useRemoving(): (key: string) => void {
  const { t } = useI18n();
  const { say } = useToast();
  const { edit, select } = useBench();
  return useCallback(
    (key: string) => {
      select(null);
      edit((draft) => removed(draft, key), `remove ${key}`);
      say(t("editor.stepDeleted", { key }));
    },
    [edit, select, say, t],
  );
}
