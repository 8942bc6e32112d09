import type { InstanceDetail, StepDetailOut } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { StateBadge } from "../../../ui/Badge";
import { Link } from "../../../ui/Link";
import { Meter } from "../../../ui/Meter";
import { Money, Time } from "../../../ui/Values";
import { isDone } from "../data/states";
import { Section } from "./Section";

const states = ["pending", "succeeded", "failed", "dead"] as const;

/** How far a step is with its items, how fast it goes, and how they stand. */
export function ItemsProgress({ detail, instance }: { detail: StepDetailOut; instance: InstanceDetail }) {
  const { t, format } = useI18n();
  const { items, pace, step } = detail;
  const known = states.filter((state) => items[state] > 0);
  if (known.length === 0 && pace.total === null) return null;
  const [id, key] = [instance.id, step.step_key];
  return (
    <Section
      title={t("instances.items")}
      aside={
        <Link to="/instances/:id" params={{ id }} query={{ tab: "items", of: key }}>
          {t("steps.allItems")}
        </Link>
      }
    >
      {!isDone(step) && <Pace pace={pace} />}
      <ul className="item-states">
        {known.map((state) => (
          <li key={state}>
            <Link to="/instances/:id" params={{ id }} query={{ tab: "items", of: key, items: state }}>
              <StateBadge state={state} />
              <span className="number">
                {format.count(items[state])}
                {!items.is_complete && "+"}
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {items.tokens > 0 && (
        <p className="soft">
          {t("steps.tokens", { count: items.tokens })} · <Money usd={items.cost_usd} />
        </p>
      )}
    </Section>
  );
}

function Pace({ pace: { done, total, rate, eta_at } }: { pace: StepDetailOut["pace"] }) {
  const { t, format } = useI18n();
  if (done === null) return null;
  const words = total === null ? format.count(done) : t("instances.ofItems", { done, total });
  return (
    <div className="pace">
      {total !== null && <Meter label={words} share={total === 0 ? 1 : done / total} />}
      <p className="row soft">
        <span>{words}</span>
        {rate !== null && <span>{t("steps.rate", { rate: rate < 10 ? rate.toFixed(1) : format.count(Math.round(rate)) })}</span>}
        {eta_at !== null && (
          <span>
            {t("steps.ends")} <Time at={eta_at} />
          </span>
        )}
      </p>
    </div>
  );
}
