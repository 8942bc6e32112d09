import { useQuery } from "@tanstack/react-query";
import { keys } from "../../../api/keys";
import type { PromptOut } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { Button } from "../../../ui/Button";
import { Dialog } from "../../../ui/Dialog";
import { Loading } from "../../../ui/Loading";
import { ProblemView } from "../../../ui/ProblemView";
import { type Draft, draftOf } from "./draft";
import { DraftDiff } from "./DraftDiff";
import { readPrompt } from "./queries";

interface ConflictDialogProps {
  name: string;
  /** What the edit began from. */
  base: Draft;
  baseVersion: number;
  draft: Draft;
  onKeep: (theirs: PromptOut) => void;
  onTake: (theirs: PromptOut) => void;
  onClose: () => void;
}

/** Two have edited: what the other one did, what this one would do to it, and which of both goes on. Nothing is lost by closing. */
export function ConflictDialog(props: ConflictDialogProps) {
  const { name, base, baseVersion, draft, onKeep, onTake, onClose } = props;
  const { t } = useI18n();
  const newest = useQuery({
    queryKey: [...keys.prompt(name), "newest"],
    queryFn: ({ signal }) => readPrompt(name, signal),
    staleTime: 0,
    gcTime: 0,
  });
  const theirs = newest.data;
  const actions = theirs && (
    <>
      <Button onClick={() => onTake(theirs)}>{t("prompts.conflictTake", { version: theirs.version })}</Button>
      <Button kind="primary" onClick={() => onKeep(theirs)}>
        {t("prompts.conflictKeep", { version: theirs.version })}
      </Button>
    </>
  );
  return (
    <Dialog title={t("prompts.conflictTitle")} size="wide" onClose={onClose} actions={actions}>
      {newest.isPending && <Loading />}
      {newest.error && <ProblemView error={newest.error} onRetry={() => void newest.refetch()} />}
      {theirs && (
        <div className="stack">
          <p>{t("prompts.conflictLead", { name: theirs.edited_by, version: theirs.version, base: baseVersion })}</p>
          <h3>{t("prompts.conflictTheirs", { base: baseVersion })}</h3>
          <DraftDiff before={base} after={draftOf(theirs)} />
          <h3>{t("prompts.conflictYours")}</h3>
          <DraftDiff before={draftOf(theirs)} after={draft} />
        </div>
      )}
    </Dialog>
  );
}
