import { useState } from "react";
import { useI18n } from "../../../i18n/I18n";
import { Button } from "../../../ui/Button";
import { ConfirmDialog } from "../../../ui/Dialog";
import { useToast } from "../../../ui/Toast";
import { readVersion, useSavePrompt } from "./queries";

interface RestoreProps {
  name: string;
  version: number;
  /** What it is restored over. */
  newest: number;
}

/** Makes the text of an old version the newest one. */
export function Restore({ name, version, newest }: RestoreProps) {
  const { t } = useI18n();
  const { say, problem } = useToast();
  const save = useSavePrompt(name);
  const [isAsking, setIsAsking] = useState(false);
  const words = t("prompts.restore", { version });
  const restore = async () => {
    const { description = "", system, body, response_schema } = await readVersion(name, version);
    const { saved, isChanged } = await save.mutateAsync({ prompt: { description, system, body, response_schema }, base: newest });
    say(t(isChanged ? "prompts.saved" : "prompts.savedSame", { version: saved.version }));
  };
  const run = () => void restore().catch(problem).finally(() => setIsAsking(false));
  return (
    <>
      <Button size="small" kind="quiet" onClick={() => setIsAsking(true)}>
        {words}
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={t("prompts.restoreTitle", { version })}
          confirm={words}
          isBusy={save.isPending}
          onConfirm={run}
          onClose={() => setIsAsking(false)}
        >
          <p>{t("prompts.restoreLead")}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
