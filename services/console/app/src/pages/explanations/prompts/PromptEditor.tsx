import { useState } from "react";
import { Problem } from "../../../api/problem";
import type { PromptOut } from "../../../api/schema";
import { useMay } from "../../../app/me";
import { useI18n } from "../../../i18n/I18n";
import { Button } from "../../../ui/Button";
import { ProblemView } from "../../../ui/ProblemView";
import { useToast } from "../../../ui/Toast";
import { ConflictDialog } from "./ConflictDialog";
import { type Draft, savedFrom, schemaOf } from "./draft";
import { Newer } from "./Newer";
import { PromptFields } from "./PromptFields";
import { PromptPreview } from "./PromptPreview";
import { useSavePrompt } from "./queries";
import { useDraft } from "./useDraft";
import { usePreviewed } from "./usePreviewed";
import { useProblems } from "./useProblems";

interface PromptEditorProps {
  name: string;
  /** The prompt as it stands now; null: it is not saved yet. */
  stands: PromptOut | null;
}

const isConflict = (error: Error | null): boolean => error instanceof Problem && error.isConflict;

/** A prompt as it is edited, beside what it would say. It is saved over the version that it began from, and over no other. */
export function PromptEditor({ name, stands }: PromptEditorProps) {
  const { t } = useI18n();
  const { say } = useToast();
  const mayEdit = useMay("editor");
  const { draft, setDraft, baseDraft, baseVersion, isChanged, newer, begin, settle, setBase } = useDraft(stands);
  const [isComparing, setIsComparing] = useState(false);
  const save = useSavePrompt(name);
  const preview = usePreviewed(name, draft);
  const schema = schemaOf(draft.schema);
  const problems = useProblems(schema, [preview.query.error, save.error]);

  const edit = (next: Draft) => {
    setDraft(next);
    // An answer that is still to come says what the draft stands upon.
    if (!save.isPending) save.reset();
  };
  const submit = () => {
    if (!schema.isRight) return;
    const asked = { prompt: savedFrom(draft, schema.value), base: baseVersion };
    save.mutate(asked, {
      onSuccess: ({ saved, isChanged: isNew }) => {
        settle(draft, saved);
        say(t(isNew ? "prompts.saved" : "prompts.savedSame", { version: saved.version }));
      },
      onError: (error) => setIsComparing(isConflict(error)),
    });
  };
  const decide = (decided: () => void) => {
    decided();
    save.reset();
    setIsComparing(false);
  };
  return (
    <div className="stack">
      {newer && isChanged && <Newer stands={newer} base={baseVersion} onCompare={() => setIsComparing(true)} />}
      <div className="prompt-columns">
        <div className="stack">
          <PromptFields draft={draft} problems={problems} words={preview.words} onChange={mayEdit ? edit : undefined} />
          {save.error && !isConflict(save.error) && <ProblemView error={save.error} />}
          {mayEdit && (
            <div className="row">
              <Button
                kind="primary"
                disabled={!isChanged || !schema.isRight || draft.body === ""}
                isBusy={save.isPending}
                onClick={submit}
              >
                {t("prompts.save", { version: baseVersion + 1 })}
              </Button>
              {isChanged && <Button onClick={() => edit(baseDraft)}>{t("prompts.discard")}</Button>}
              {isChanged && <span className="faint">{t("prompts.unsaved")}</span>}
            </div>
          )}
        </div>
        <PromptPreview preview={preview} />
      </div>
      {isComparing && (
        <ConflictDialog
          name={name}
          base={baseDraft}
          baseVersion={baseVersion}
          draft={draft}
          onKeep={(theirs) => decide(() => setBase(theirs))}
          onTake={(theirs) => decide(() => begin(theirs))}
          onClose={() => setIsComparing(false)}
        />
      )}
    </div>
  );
}
