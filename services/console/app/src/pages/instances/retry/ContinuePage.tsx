import { useQuery } from "@tanstack/react-query";
import type { InstanceDetail, StepOut } from "../../../api/schema";
import { Can } from "../../../app/me";
import type { PageProps } from "../../../app/routes";
import { useI18n } from "../../../i18n/I18n";
import { StateBadge, useStateWords } from "../../../ui/Badge";
import { Empty } from "../../../ui/Empty";
import { Link } from "../../../ui/Link";
import { Loading } from "../../../ui/Loading";
import { PageHeader } from "../../../ui/PageHeader";
import { ProblemView } from "../../../ui/ProblemView";
import { instanceQuery, stepsQuery } from "../data/queries";
import { canRetry } from "../data/states";
import { Fix } from "./Fix";
import { useNewest } from "./useSaving";
import "../one/one.css";
import "./retry.css";

/** Fix and continue: mend what failed, look at what is reused, and go on. */
export function ContinuePage({ params, query }: PageProps<"/instances/:id/continue">) {
  const { t } = useI18n();
  const id = Number(params.id);
  const instance = useQuery(instanceQuery(id));
  const steps = useQuery(stepsQuery(id));
  const name = instance.data ? `${instance.data.definition} #${id}` : `#${id}`;
  return (
    <>
      <PageHeader
        title={t("retry.fixTitle", { name })}
        lead={t("retry.fixLead")}
        above={
          <Link to="/instances/:id" params={{ id }}>
            {name}
          </Link>
        }
        beside={instance.data && <StateBadge state={instance.data.status} />}
      />
      {(instance.isPending || steps.isPending) && <Loading />}
      {instance.error && <ProblemView error={instance.error} onRetry={() => void instance.refetch()} />}
      {instance.data && steps.data && <Guarded instance={instance.data} steps={steps.data} step={query["step"]} />}
    </>
  );
}

interface GuardedProps {
  instance: InstanceDetail;
  steps: readonly StepOut[];
  step: string | undefined;
}

function Guarded({ instance, steps, step }: GuardedProps) {
  const { t } = useI18n();
  const words = useStateWords();
  const newest = useNewest(instance.definition);
  if (!canRetry(instance)) {
    return (
      <Empty title={t("retry.notFailed")} lead={t("retry.notFailedLead", { status: words(instance.status) })}>
        <Link to="/instances/:id" params={{ id: instance.id }} look="primary">
          {t("retry.back")}
        </Link>
      </Empty>
    );
  }
  if (newest.error && !newest.data) return <ProblemView error={newest.error} onRetry={() => void newest.refetch()} />;
  if (!newest.data) return <Loading />;
  const reread = async () => (await newest.refetch({ throwOnError: true })).data;
  return (
    <Can role="operator">
      <Fix instance={instance} steps={steps} newest={newest.data} step={step} reread={reread} />
    </Can>
  );
}
