import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../../api/client";
import { keys } from "../../../api/keys";
import type { InstanceDetail } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { ConfirmDialog } from "../../../ui/Dialog";
import { ProblemView } from "../../../ui/ProblemView";
import { useToast } from "../../../ui/Toast";
import { spendQuery } from "../data/queries";
import { moneyIn } from "../data/money";

/** Asks before an instance is cancelled, and says what becomes of what was spent. */
export function CancelDialog({ instance, onClose }: { instance: InstanceDetail; onClose: () => void }) {
  const { t, format } = useI18n();
  const client = useQueryClient();
  const toast = useToast();
  const { data: spend = [] } = useQuery(spendQuery(instance.id));
  const { spent, reserved } = moneyIn(spend);
  const cancelling = useMutation({
    mutationFn: () => body(api.POST("/instances/{instance_id}/cancel", { params: { path: { instance_id: instance.id } } })),
    onSuccess: () => {
      toast.say(t("instances.cancelAsked", { id: String(instance.id) }));
      void client.invalidateQueries({ queryKey: keys.instance(instance.id) });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={t("instances.cancelTitle", { name: `${instance.definition} #${instance.id}` })}
      confirm={t("instances.cancelDo")}
      dismiss={t("instances.cancelNot")}
      kind="danger"
      isBusy={cancelling.isPending}
      onConfirm={() => cancelling.mutate()}
      onClose={onClose}
    >
      <p>{t("instances.cancelWhat")}</p>
      {spent > 0 && <p>{t("instances.cancelSpent", { spent: format.money(spent) })}</p>}
      {reserved > 0 && <p>{t("instances.cancelReserved", { reserved: format.money(reserved) })}</p>}
      <p className="soft">{t("instances.cancelLater")}</p>
      {cancelling.error && <ProblemView error={cancelling.error} />}
    </ConfirmDialog>
  );
}
