import { useQuery } from "@tanstack/react-query";
import type { Check, Monitoring } from "../../api/schema";
import type { To } from "../../app/routes";
import { useI18n } from "../../i18n/I18n";
import { Answer } from "../../ui/Answer";
import { Badge } from "../../ui/Badge";
import { Card } from "../../ui/Card";
import { Icon } from "../../ui/Icon";
import { Link } from "../../ui/Link";
import { monitoringQuery } from "./queries";

type Known = "queue" | "stuck" | "failures" | "answers" | "calls" | "money";

const leads: Readonly<Record<Known, To>> = {
  queue: { to: "/instances", query: { status: "pending" } },
  stuck: { to: "/operations/:tab", params: { tab: "batches" } },
  failures: { to: "/instances", query: { status: "failed" } },
  answers: { to: "/operations/:tab", params: { tab: "batches" }, query: { open: "false" } },
  calls: { to: "/operations/:tab", params: { tab: "budget" } },
  money: { to: "/operations/:tab", params: { tab: "budget" } },
};

const isKnown = (name: string): name is Known => Object.hasOwn(leads, name);

/** The operator's questions with their answers: what is not well comes first, with where to look. */
export function Checklist() {
  const { t } = useI18n();
  const query = useQuery(monitoringQuery);
  return (
    <Card title={t("operations.checklist")} aside={query.data && <Verdict found={query.data} />} isFlush>
      <Answer query={query} rows={6}>
        {({ checks }) => (
          <ul className="checks">
            {[...checks].sort((one, other) => Number(one.ok) - Number(other.ok)).map((check) => (
              <CheckRow key={check.name} check={check} />
            ))}
          </ul>
        )}
      </Answer>
    </Card>
  );
}

function Verdict({ found }: { found: Monitoring }) {
  const { t } = useI18n();
  const wrong = found.checks.filter(({ ok }) => !ok).length;
  return (
    <span role="status">
      {wrong === 0 ? (
        <Badge tone="ok" icon="check">
          {t("operations.allWell")}
        </Badge>
      ) : (
        <Badge tone="bad" icon="alert">
          {t("operations.notWell", { count: wrong })}
        </Badge>
      )}
    </span>
  );
}

function CheckRow({ check }: { check: Check }) {
  const { t } = useI18n();
  const words = useCheckWords(check);
  return (
    <li className={`check tone--${check.ok ? "ok" : "bad"}`}>
      <Icon name={check.ok ? "check" : "alert"} size={18} />
      <div className="check__words">
        <span className="check__question">
          {words.question} <strong className="check__answer">{check.ok ? t("operations.yes") : t("operations.no")}</strong>
        </span>
        {words.said && <span className="soft">{words.said}</span>}
        {!check.ok && isKnown(check.name) && (
          <span className="check__todo prose">
            {t(`operations.todo_${check.name}`)} <Link {...leads[check.name]}>{t(`operations.look_${check.name}`)}</Link>
          </span>
        )}
      </div>
      <span className="check__figure number">
        {words.value}
        {words.limit && <span className="faint"> / {words.limit}</span>}
      </span>
    </li>
  );
}

function useCheckWords({ name, question, words, value, limit, figures }: Check) {
  const { t, format } = useI18n();
  const written = (amount: number) => {
    if (name === "money") return format.money(amount);
    return name === "failures" || name === "answers" ? format.percent(amount / 100) : format.count(amount);
  };
  const [shown, most] = [written(value), limit === null ? "" : written(limit)];
  if (!isKnown(name)) return { question, said: words, value: shown, limit: most };
  const counted = Object.entries(figures).map(([key, amount]) => [key, key === "usd" ? format.money(amount) : format.count(amount)]);
  return { question: t(`operations.check_${name}`, { limit: most }), said: t(`operations.figures_${name}`, Object.fromEntries(counted)), value: shown, limit: most };
}
