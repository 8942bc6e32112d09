import { useEffect, useRef } from "react";
import type { InstanceDetail } from "../../../api/schema";
import { go } from "../../../app/navigation";
import { useI18n } from "../../../i18n/I18n";
import { Button } from "../../../ui/Button";
import { Card } from "../../../ui/Card";
import { Loading } from "../../../ui/Loading";
import { ProblemView } from "../../../ui/ProblemView";
import { useToast } from "../../../ui/Toast";
import { PlanView } from "./PlanView";
import { useRetry, useRetryPlan } from "./useRetry";

/** The plan of a retry with a version, and the button that carries it out. */
export function PlanStage({ instance, version }: { instance: InstanceDetail; version: number }) {
  const { t } = useI18n();
  const toast = useToast();
  const place = useRef<HTMLDivElement>(null);
  const plan = useRetryPlan(instance.id, version);
  const retry = useRetry(instance.id, () => {
    toast.say(t("retry.begun", { id: String(instance.id) }));
    go({ to: "/instances/:id", params: { id: instance.id } });
  });
  const isShown = plan.data !== undefined;
  useEffect(() => {
    if (isShown) place.current?.focus();
  }, [isShown]);
  return (
    <div ref={place} tabIndex={-1}>
      <Card title={t("retry.planStep")} aside={<span>{t("instances.version", { version: String(version) })}</span>}>
        <div className="stack">
          {plan.isPending && <Loading />}
          {plan.error && <ProblemView error={plan.error} onRetry={() => void plan.refetch()} />}
          {retry.error && <ProblemView error={retry.error} />}
          {plan.data && <PlanView plan={plan.data} />}
          <div>
            <Button
              kind="primary"
              icon="play"
              isBusy={retry.isPending}
              disabled={plan.data === undefined}
              onClick={() => plan.data && retry.mutate({ plan: plan.data, version })}
            >
              {t("retry.goDo")}
            </Button>
          </div>
        </div>
      </Card>
    </div>
  );
}
