import { useQuery } from "@tanstack/react-query";
import type { Eta, InstanceDetail, StepOut } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { StateBadge } from "../../../ui/Badge";
import { useSaid } from "../../../said";
import { Card } from "../../../ui/Card";
import { CodeText } from "../../../ui/CodeText";
import { type Fact, Facts } from "../../../ui/Facts";
import { useNow } from "../../../ui/clock";
import { Meter } from "../../../ui/Meter";
import { Elapsed, Time } from "../../../ui/Values";
import { moneyIn } from "../data/money";
import { etaQuery, spendQuery } from "../data/queries";
import { isDone, isLive, tally } from "../data/states";

/** How far it is, when it ends, what it has cost, and what it was started with. */
export function InstanceFacts({ instance, steps }: { instance: InstanceDetail; steps: readonly StepOut[] }) {
  const { t, format } = useI18n();
  const going = isLive(instance);
  const eta = useQuery(etaQuery(instance.id, going));
  const done = steps.filter(isDone).length;
  const counted = t("instances.ofSteps", { done, total: steps.length });
  const facts: readonly (Fact | false)[] = [
    {
      name: t("instances.steps"),
      value:
        steps.length === 0 ? "–" : (
          <span className="fact-progress">
            <span title={counted}>
              {format.count(done)}/{format.count(steps.length)}
            </span>
            {going && <Meter label={counted} share={done / steps.length} />}
          </span>
        ),
    },
    going && { name: t("instances.ends"), value: <Ends eta={eta.data} /> },
    { name: t("instances.spent"), value: <Spent instance={instance} /> },
    { name: t("instances.duration"), value: <Elapsed from={instance.started_at} until={instance.finished_at} /> },
    { name: t("instances.created"), value: <Time at={instance.created_at} /> },
    instance.scheduled_at !== null && { name: t("instances.scheduled"), value: <Time at={instance.scheduled_at} form="moment" /> },
    instance.finished_at !== null && { name: t("instances.finished"), value: <Time at={instance.finished_at} /> },
    isGiven(instance.idempotency_key) && { name: t("instances.idempotencyKey"), value: <CodeText text={instance.idempotency_key ?? ""} /> },
  ];
  return (
    <Card>
      <div className="stack">
        <Facts facts={facts.filter((fact) => fact !== false)} />
        <Tally steps={steps} />
        <Params params={instance.params} />
      </div>
    </Card>
  );
}

/** Keys that this console makes for itself tell nobody anything. */
const isGiven = (key: string | null): boolean => key !== null && !key.startsWith("console-");

function Ends({ eta }: { eta: Eta | undefined }) {
  const { t, format } = useI18n();
  const said = useSaid();
  const now = useNow();
  if (eta === undefined) return <span className="faint">–</span>;
  if (!eta.at) return <span className="soft" title={eta.why_not ? said("etas", eta.why_not, eta.why_not.words) : undefined}>{t("instances.endUnknown")}</span>;
  const isLate = new Date(eta.at) < now;
  const rests = t("instances.endRests", { runs: eta.runs ?? 0 });
  return (
    <span title={rests}>
      {isLate ? t("instances.endLate") : <Time at={eta.at} />}
      {!isLate && typeof eta.error_seconds === "number" && <span className="faint"> ± {format.duration(eta.error_seconds)}</span>}
    </span>
  );
}

function Spent({ instance }: { instance: InstanceDetail }) {
  const { t, format } = useI18n();
  const { data: spend = [] } = useQuery(spendQuery(instance.id));
  const { spent, reserved, isSimulated } = moneyIn(spend);
  const budget = instance.may_spend_usd === null ? null : Number(instance.may_spend_usd);
  const share = budget ? (spent + reserved) / budget : null;
  const words = budget === null ? t("instances.noBudget") : t("instances.ofBudget", { budget: format.money(budget) });
  return (
    <span className="fact-progress">
      <span>
        <span className="number">{format.money(spent)}</span> <span className="faint">{words}</span>
      </span>
      {share !== null && <Meter label={words} share={share} tone={share >= 0.9 ? "bad" : share >= 0.7 ? "warn" : "ok"} />}
      {reserved > 0 && <span className="faint">{t("instances.reserved", { reserved: format.money(reserved) })}</span>}
      {isSimulated && <span className="faint">{t("instances.simulated")}</span>}
    </span>
  );
}

function Tally({ steps }: { steps: readonly StepOut[] }) {
  const { format } = useI18n();
  if (steps.length === 0) return null;
  return (
    <p className="row">
      {tally(steps).map(({ state, count }) => (
        <span key={state} className="tally">
          <StateBadge state={state} />
          <span className="number">{format.count(count)}</span>
        </span>
      ))}
    </p>
  );
}

function Params({ params }: { params: InstanceDetail["params"] }) {
  const { t } = useI18n();
  if (Object.keys(params).length === 0) return null;
  return (
    <details className="more">
      <summary>{t("instances.params")}</summary>
      <CodeText isBlock text={JSON.stringify(params, null, 2)} />
    </details>
  );
}
