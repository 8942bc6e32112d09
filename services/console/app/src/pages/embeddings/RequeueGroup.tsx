import { useState } from "react";
import { useI18n } from "../../i18n/I18n";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/Dialog";
import type { Group } from "./queries";
import { requeueGroup, useRequeue } from "./requeueing";

export function RequeueGroup({ group }: { group: Group }) {
  const { t } = useI18n();
  const [isAsking, setIsAsking] = useState(false);
  return (
    <>
      <Button size="small" icon="refresh" onClick={() => setIsAsking(true)}>
        {t("embeddings.requeueAll")}
      </Button>
      {isAsking && <Asking group={group} onClose={() => setIsAsking(false)} />}
    </>
  );
}

function Asking({ group, onClose }: { group: Group; onClose: () => void }) {
  const { t } = useI18n();
  const requeue = useRequeue(() => requeueGroup(group), onClose);
  return (
    <ConfirmDialog
      title={t("embeddings.requeueAsk")}
      confirm={t("embeddings.requeue")}
      isBusy={requeue.isPending}
      onConfirm={() => requeue.mutate()}
      onClose={onClose}
    >
      <p>{t("embeddings.requeueWords")}</p>
      <p>{t("embeddings.requeueMoney")}</p>
    </ConfirmDialog>
  );
}
