import { useState } from "react";
import { CodeEditor } from "../../editor";
import { useI18n } from "../../i18n/I18n";
import { Button } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { ConfirmDialog } from "../../ui/Dialog";
import { useBench } from "./bench";
import { textOf } from "./model/draft";
import { readDraft } from "./model/kept";

/** The draft as JSON, to read, copy, and paste another one in. */
export function TextView() {
  const { t } = useI18n();
  const { draft, isReadOnly } = useBench();
  const [isPasting, setIsPasting] = useState(false);
  const text = textOf(draft, 2);
  return (
    <div className="stack workbench__padded">
      <div className="row">
        <p className="soft grow">{t("editor.textLead")}</p>
        <CopyButton text={text} />
        {!isReadOnly && (
          <Button size="small" icon="upload" onClick={() => setIsPasting(true)}>
            {t("editor.pasteIn")}
          </Button>
        )}
      </div>
      <CodeEditor label={t("editor.text")} isLabelHidden language="json" value={text} maxLines={32} />
      {isPasting && <PasteDialog onClose={() => setIsPasting(false)} />}
    </div>
  );
}

function PasteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  const { draft, edit, isNew } = useBench();
  const [text, setText] = useState("");
  const found = read(text);
  const apply = () => {
    if (found === null) return;
    edit(() => (isNew ? found : { ...found, name: draft.name }), "paste");
    onClose();
  };
  return (
    <ConfirmDialog title={t("editor.pasteTitle")} confirm={t("editor.pasteApply")} size="wide" isDisabled={found === null} onConfirm={apply} onClose={onClose}>
      <div className="stack">
        <p className="soft">{t("editor.pasteLead")}</p>
        <CodeEditor
          label={t("editor.pasteLabel")}
          language="json"
          value={text}
          onChange={setText}
          minLines={10}
          problems={text.trim() !== "" && found === null ? [{ message: t("editor.pasteWrong") }] : []}
        />
      </div>
    </ConfirmDialog>
  );
}

function read(text: string) {
  try {
    return readDraft(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
