import { type FormEvent, useId, useState } from "react";
import { go } from "../../../app/navigation";
import { useI18n } from "../../../i18n/I18n";
import { Button } from "../../../ui/Button";
import { Dialog } from "../../../ui/Dialog";
import { TextField } from "../../../ui/Field";

interface NewPromptDialogProps {
  taken: readonly string[];
  onClose: () => void;
}

const KEY = /^[a-z][a-z0-9_]{0,62}$/;

/** Asks for the key; the prompt itself is written on its page, and is there once it is saved. */
export function NewPromptDialog({ taken, onClose }: NewPromptDialogProps) {
  const { t } = useI18n();
  const form = useId();
  const [key, setKey] = useState("");
  const isTaken = taken.includes(key);
  const isRight = KEY.test(key) && !isTaken;
  const problem = key === "" || isRight ? undefined : isTaken ? t("prompts.makeTaken") : t("prompts.makeKeyWrong");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isRight) go({ to: "/explanations/prompts/:name", params: { name: key }, query: { new: true } });
  };
  return (
    <Dialog
      title={t("prompts.make")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("ui.cancel")}</Button>
          <Button kind="primary" type="submit" form={form} disabled={!isRight}>
            {t("prompts.go")}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
        <TextField
          label={t("prompts.makeKey")}
          hint={t("prompts.makeKeyHint")}
          problem={problem}
          isRequired
          value={key}
          onChange={setKey}
          autoComplete="off"
          spellCheck={false}
        />
      </form>
    </Dialog>
  );
}
