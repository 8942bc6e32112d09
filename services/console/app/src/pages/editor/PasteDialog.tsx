import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, body } from "../../api/client";
import { Problem } from "../../api/problem";
import { CodeEditor } from "../../editor";
import { useI18n } from "../../i18n/I18n";
import { ConfirmDialog } from "../../ui/Dialog";
import { ProblemView } from "../../ui/ProblemView";
import { useBench } from "./bench";
import { readDraft } from "./model/kept";
import { placesInText } from "./model/textPlaces";

/** Takes a definition in that was written elsewhere, as YAML or JSON: what cannot be read is said at its line. */
export function PasteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  const { draft, edit, isNew } = useBench();
  const [text, setText] = useState("");
  const reading = useMutation({
    mutationFn: async () => readDraft((await body(api.POST("/definitions/parse", { body: { text } }))).definition),
    onSuccess: (found) => {
      if (found === null) return;
      edit(() => (isNew ? found : { ...found, name: draft.name }), "paste");
      onClose();
    },
  });
  const places = reading.error instanceof Problem ? placesInText(reading.error.problems) : [];
  const problems = reading.data === null ? [{ message: t("editor.pasteWrong") }] : places;
  const change = (typed: string) => {
    setText(typed);
    reading.reset();
  };
  return (
    <ConfirmDialog
      title={t("editor.pasteTitle")}
      confirm={t("editor.pasteApply")}
      size="wide"
      isBusy={reading.isPending}
      isDisabled={text.trim() === ""}
      onConfirm={() => reading.mutate()}
      onClose={onClose}
    >
      <div className="stack">
        <p className="soft">{t("editor.pasteLead")}</p>
        <CodeEditor label={t("editor.pasteLabel")} language="text" value={text} onChange={change} minLines={10} problems={problems} />
        {reading.error && places.length === 0 && <ProblemView error={reading.error} />}
      </div>
    </ConfirmDialog>
  );
}
