import { useQueryClient } from "@tanstack/react-query";
import { keys } from "../../../api/keys";
import { go, replace } from "../../../app/navigation";
import { useI18n } from "../../../i18n/I18n";
import { useToast } from "../../../ui/Toast";
import { dropDraft } from "../model/kept";
import type { Base, Drafting } from "../useDrafting";

interface AfterSaving {
  slot: string;
  continued: string | null;
  settle: Drafting["settle"];
}

/** What follows a save: the kept draft goes, the lists are asked anew, and a failed instance goes on if it waits for this. */
export function useAfterSaving({ slot, continued, settle }: AfterSaving): (saved: Base) => void {
  const { t } = useI18n();
  const { say } = useToast();
  const queries = useQueryClient();
  return (saved) => {
    const { name } = saved.draft;
    say(t("editor.saveDone", { name, version: saved.version }));
    dropDraft(slot, window.localStorage);
    settle(saved);
    void queries.invalidateQueries({ queryKey: keys.definitions });
    if (continued !== null) go({ to: "/instances/:id/continue", params: { id: continued } });
    else if (slot === "") replace({ to: "/definitions/:name/edit", params: { name } });
  };
}
