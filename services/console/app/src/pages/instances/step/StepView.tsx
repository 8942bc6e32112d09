import { useQuery } from "@tanstack/react-query";
import type { InstanceDetail, StepDetailOut } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { StateBadge } from "../../../ui/Badge";
import { CodeText } from "../../../ui/CodeText";
import { Facts } from "../../../ui/Facts";
import { Link } from "../../../ui/Link";
import { Loading } from "../../../ui/Loading";
import { ProblemView } from "../../../ui/ProblemView";
import { Elapsed, Time } from "../../../ui/Values";
import { stepQuery, stepWhyQuery } from "../data/queries";
import { isDone, shownState } from "../data/states";
import { useSaid } from "../../../said";
import { useReasonWords } from "../../../said/words";
import { Failures } from "./Failures";
import { ItemsProgress } from "./ItemsProgress";
import { ResultView } from "./ResultView";
import { Section } from "./Section";
import { StepSpend } from "./StepSpend";

const CHANGING_MS = 5_000;

/** A step in full: why it stands as it does, what it works on, what it gave and bought. */
export function StepView({ instance, step: key }: { instance: InstanceDetail; step: string }) {
  const isOpen = instance.finished_at === null;
  const step = useQuery({ ...stepQuery(instance.id, key), refetchInterval: isOpen ? CHANGING_MS : false });
  if (step.data) return <Known instance={instance} detail={step.data} />;
  if (step.error) return <ProblemView error={step.error} onRetry={() => void step.refetch()} />;
  return <Loading />;
}

function Known({ instance, detail }: { instance: InstanceDetail; detail: StepDetailOut }) {
  const { t } = useI18n();
  const { step, parents, results, spend } = detail;
  const place = { id: instance.id, step: step.step_key };
  return (
    <div className="step-view">
      <Standing detail={detail} instance={instance} />
      <ItemsProgress detail={detail} instance={instance} />
      <Failures id={instance.id} step={step.step_key} failed={detail.items.failed + detail.items.dead} />
      {parents.length > 0 && (
        <Section title={t("steps.parents")}>
          <ul className="parents">
            {parents.map(({ key, state }) => (
              <li key={key}>
                <Link to="/instances/:id" params={{ id: instance.id }} query={{ step: key }}>
                  {key}
                </Link>
                <StateBadge state={state} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      <StepSpend spend={spend} />
      <Definition detail={detail} />
      {results.length > 0 && (
        <Section title={t("steps.results")}>
          {results.map((result) => (
            <ResultView key={`${result.shard}:${result.attempt}`} result={result} />
          ))}
          <Link to="/instances/:id" params={{ id: place.id }} query={{ tab: "results", of: place.step }}>
            {t("steps.allResults")}
          </Link>
        </Section>
      )}
    </div>
  );
}

function Standing({ detail: { step, definition }, instance }: { detail: StepDetailOut; instance: InstanceDetail }) {
  const { t, format } = useI18n();
  const reasons = useReasonWords();
  const why = useQuery({ ...stepWhyQuery(instance.id, step.step_key), refetchInterval: isDone(step) ? false : CHANGING_MS });
  const runner = typeof definition?.["runner"] === "string" ? definition["runner"] : step.step_key;
  const description = typeof definition?.["description"] === "string" ? definition["description"] : "";
  const reason = reasons(step.reason);
  const said = useSaid();
  const words = why.data && said("standing", why.data, why.data.words);
  return (
    <>
      <p className="row" role="status">
        <StateBadge state={shownState(step)} />
        {reason && <span className="soft">{reason}</span>}
      </p>
      {description && <p className="soft">{description}</p>}
      {words && <p className="step-view__why">{words}</p>}
      <Facts
        facts={[
          { name: t("steps.runner"), value: <CodeText text={runner} /> },
          { name: t("steps.attempts"), value: format.count(step.attempt) },
          { name: t("instances.started"), value: <Time at={step.started_at} /> },
          { name: t("instances.duration"), value: <Elapsed from={step.started_at} until={step.finished_at} /> },
          ...(step.state === "ready" ? [{ name: t("steps.due"), value: <Time at={step.run_after} /> }] : []),
          ...(step.leased_by ? [{ name: t("steps.worker"), value: step.leased_by }] : []),
          ...(step.failures > 0 ? [{ name: t("steps.failures"), value: format.count(step.failures) }] : []),
          ...(step.losses > 0 ? [{ name: t("steps.losses"), value: format.count(step.losses) }] : []),
          ...(step.snoozes > 0 ? [{ name: t("steps.snoozes"), value: format.count(step.snoozes) }] : []),
        ]}
      />
      {step.error && !words?.includes(step.error) && <CodeText isBlock text={step.error} />}
    </>
  );
}

function Definition({ detail: { definition } }: { detail: StepDetailOut }) {
  const { t } = useI18n();
  if (definition === null) return null;
  return (
    <Section title={t("steps.definition")}>
      <CodeText isBlock text={JSON.stringify(definition, null, 2)} />
    </Section>
  );
}
