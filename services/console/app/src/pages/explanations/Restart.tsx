import { useState } from "react";
import { useI18n } from "../../i18n/I18n";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/Dialog";
import { useToast } from "../../ui/Toast";
import { useRestart } from "./queries";

/** Pushes the queue, and asks before it does: what is asked for anew costs. */
export function Restart() {
  const { t } = useI18n();
  const { say, problem } = useToast();
  const restart = useRestart();
  const [isAsking, setIsAsking] = useState(false);
  const run = () =>
    restart.mutate(undefined, {
      onSuccess: ({ hurried, backgroundJobs }) =>
        say(t("explanations.restartDone", { hurried, started: backgroundJobs.length })),
      onError: problem,
      onSettled: () => setIsAsking(false),
    });
  return (
    <>
      <Button icon="play" onClick={() => setIsAsking(true)}>
        {t("explanations.restart")}
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={t("explanations.restartTitle")}
          confirm={t("explanations.restart")}
          isBusy={restart.isPending}
          onConfirm={run}
          onClose={() => setIsAsking(false)}
        >
          <p>{t("explanations.restartLead")}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
