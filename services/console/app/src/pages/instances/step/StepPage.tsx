import type { PageProps } from "../../../app/routes";
import { useI18n } from "../../../i18n/I18n";
import { LiveBadge } from "../../../live/LiveBadge";
import { Card } from "../../../ui/Card";
import { Link } from "../../../ui/Link";
import { Loading } from "../../../ui/Loading";
import { PageHeader } from "../../../ui/PageHeader";
import { ProblemView } from "../../../ui/ProblemView";
import { isLive } from "../data/states";
import { useLiveInstance } from "../data/useLiveInstance";
import { StepView } from "./StepView";
import "./step.css";

/** One step of one instance, on a page of its own. */
export function StepPage({ params: { id, step } }: PageProps<"/instances/:id/steps/:step">) {
  const { t } = useI18n();
  const { instance, status } = useLiveInstance(Number(id));
  return (
    <>
      <PageHeader
        title={t("steps.step", { step })}
        above={
          <Link to="/instances/:id" params={{ id }}>
            {instance.data?.definition ?? t("instances.instance")} #{id}
          </Link>
        }
        beside={instance.data && isLive(instance.data) && <LiveBadge status={status} />}
      />
      {instance.isPending && <Loading />}
      {instance.error && <ProblemView error={instance.error} onRetry={() => void instance.refetch()} />}
      {instance.data && (
        <Card>
          <StepView instance={instance.data} step={step} />
        </Card>
      )}
    </>
  );
}
