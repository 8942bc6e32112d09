import { useMutation, useQuery } from "@tanstack/react-query";
import { api, body } from "../../../api/client";
import { Problem } from "../../../api/problem";
import { useI18n } from "../../../i18n/I18n";
import { ConfirmDialog } from "../../../ui/Dialog";
import { Loading } from "../../../ui/Loading";
import { ProblemView } from "../../../ui/ProblemView";
import { useBench } from "../bench";
import { type Draft, textOf } from "../model/draft";
import type { Base } from "../useDrafting";
import { PreviewView } from "./PreviewView";

interface SaveDialogProps {
  base: Base;
  onSaved: (saved: Base) => void;
  /** The version that was edited does not stand any more. */
  onConflict: () => void;
  onClose: () => void;
}

/** Shows what a save would do, then saves: only onto the version that was edited. */
export function SaveDialog({ base, onSaved, onConflict, onClose }: SaveDialogProps) {
  const { t } = useI18n();
  const { draft, isNew } = useBench();
  const preview = useQuery({
    queryKey: ["preview", base.version, textOf(draft)],
    queryFn: ({ signal }) => body(api.POST("/definitions/preview", { body: { ...draft }, signal })),
    staleTime: 0,
    gcTime: 0,
  });
  const saving = useMutation({
    mutationFn: (sent: Draft) => save(sent, base.version),
    // What was sent is saved, whatever the draft has become meanwhile.
    onSuccess: ({ version }, sent) => onSaved({ version, draft: sent }),
    onError: (error) => error instanceof Problem && error.isConflict && onConflict(),
  });
  return (
    <ConfirmDialog
      title={t("editor.saveTitle", { name: draft.name || t("editor.newTitle") })}
      confirm={t("editor.saveButton", { version: base.version + 1 })}
      size="wide"
      isBusy={saving.isPending}
      isDisabled={preview.data === undefined}
      onConfirm={() => saving.mutate(draft)}
      onClose={onClose}
    >
      <div className="stack">
        {preview.isPending && <Loading />}
        {preview.error && <Refused error={preview.error} />}
        {preview.data && <PreviewView preview={preview.data} isNew={isNew} />}
        {saving.error && <ProblemView error={saving.error} />}
      </div>
    </ConfirmDialog>
  );
}

function Refused({ error }: { error: Error }) {
  const { t } = useI18n();
  return (
    <>
      <p>{t("editor.saveInvalid")}</p>
      <ProblemView error={error} />
    </>
  );
}

const save = (draft: Draft, version: number) =>
  body(
    api.PUT("/definitions/{name}", {
      params: { path: { name: draft.name }, header: version === 0 ? { "if-none-match": "*" } : { "if-match": `"${version}"` } },
      body: { ...draft },
    }),
  );
