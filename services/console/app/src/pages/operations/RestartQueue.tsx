import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, body } from "../../api/client";
import { keys } from "../../api/keys";
import { useI18n } from "../../i18n/I18n";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/Dialog";
import { useToast } from "../../ui/Toast";

export function RestartQueue({ later }: { later: number }) {
  const { t } = useI18n();
  const [isAsking, setIsAsking] = useState(false);
  return (
    <>
      <Button icon="refresh" onClick={() => setIsAsking(true)}>
        {t("operations.restart")}
      </Button>
      {isAsking && <Asking later={later} onClose={() => setIsAsking(false)} />}
    </>
  );
}

function Asking({ later, onClose }: { later: number; onClose: () => void }) {
  const { t } = useI18n();
  const toast = useToast();
  const client = useQueryClient();
  const restart = useMutation({
    mutationFn: () => body(api.POST("/queue/restart")),
    onSuccess: ({ hurried }) => {
      toast.say(t("operations.restarted", { count: hurried }));
      void client.invalidateQueries({ queryKey: keys.queue });
      onClose();
    },
    onError: toast.problem,
  });
  return (
    <ConfirmDialog
      title={t("operations.restartAsk")}
      confirm={t("operations.restart")}
      isBusy={restart.isPending}
      onConfirm={() => restart.mutate()}
      onClose={onClose}
    >
      <p>{t("operations.restartWords", { count: later })}</p>
      <p>{t("operations.restartMoney")}</p>
    </ConfirmDialog>
  );
}
