import type { InstanceDetail } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { ConfirmDialog } from "../../../ui/Dialog";
import { Loading } from "../../../ui/Loading";
import { ProblemView } from "../../../ui/ProblemView";
import { useToast } from "../../../ui/Toast";
import { PlanView } from "./PlanView";
import { useRetry, useRetryPlan } from "./useRetry";

/** Shows what a retry with the same version would do, and does it when it is wanted. */
export function RetryDialog({ instance, onClose }: { instance: InstanceDetail; onClose: () => void }) {
  const { t } = useI18n();
  const toast = useToast();
  const plan = useRetryPlan(instance.id, null);
  const retry = useRetry(instance.id, () => {
    toast.say(t("retry.begun", { id: String(instance.id) }));
    onClose();
  });
  return (
    <ConfirmDialog
      title={t("retry.title", { name: `${instance.definition} #${instance.id}` })}
      confirm={t("retry.do")}
      size="wide"
      isBusy={retry.isPending}
      isDisabled={plan.data === undefined}
      onConfirm={() => plan.data && retry.mutate({ plan: plan.data, version: null })}
      onClose={onClose}
    >
      <p>{t("retry.lead", { version: String(instance.version) })}</p>
      {plan.isPending && <Loading />}
      {plan.error && <ProblemView error={plan.error} onRetry={() => void plan.refetch()} />}
      {retry.error && <ProblemView error={retry.error} />}
      {plan.data && <PlanView plan={plan.data} />}
    </ConfirmDialog>
  );
}
