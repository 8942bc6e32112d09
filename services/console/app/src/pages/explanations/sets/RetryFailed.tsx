import { useState } from "react";
import { useI18n } from "../../../i18n/I18n";
import { Button } from "../../../ui/Button";
import { ConfirmDialog } from "../../../ui/Dialog";
import { useToast } from "../../../ui/Toast";
import { useRetry } from "../queries";

interface RetryFailedProps {
  set: string;
  count: number;
  /** Only this question of the set. */
  question?: string;
}

/** Asks anew for what failed, after saying what that costs. */
export function RetryFailed({ set, count, question }: RetryFailedProps) {
  const { t } = useI18n();
  const { say, problem } = useToast();
  const retry = useRetry(question === undefined ? { set } : { question });
  const [isAsking, setIsAsking] = useState(false);
  const words = question === undefined ? t("explanations.retryFailed", { count }) : t("explanations.retryOne");
  const run = () =>
    retry.mutate(undefined, {
      onSuccess: ({ retried }) => say(t("explanations.retryFailedDone", { count: retried })),
      onError: problem,
      onSettled: () => setIsAsking(false),
    });
  return (
    <>
      <Button icon="refresh" onClick={() => setIsAsking(true)}>
        {words}
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={t("explanations.retryFailedTitle")}
          confirm={words}
          isBusy={retry.isPending}
          onConfirm={run}
          onClose={() => setIsAsking(false)}
        >
          <p>{t("explanations.retryFailedLead", { count, set })}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
