import { useQuery } from "@tanstack/react-query";
import { useI18n } from "../../../i18n/I18n";
import { Badge } from "../../../ui/Badge";
import { Link } from "../../../ui/Link";
import { ProblemView } from "../../../ui/ProblemView";
import { failuresQuery } from "../data/queries";
import { Section } from "./Section";

/** Failed items by what their errors have in common; each group leads to its items. */
export function Failures({ id, step, failed }: { id: number; step: string; failed: number }) {
  const { t, format } = useI18n();
  const groups = useQuery({ ...failuresQuery(id, step), enabled: failed > 0 });
  if (failed === 0) return null;
  return (
    <Section title={t("steps.failures")}>
      {groups.error && <ProblemView error={groups.error} onRetry={() => void groups.refetch()} />}
      <ul className="failures">
        {groups.data?.map((group) => (
          <li key={group.reason}>
            <Link to="/instances/:id" params={{ id }} query={{ tab: "items", of: step, reason: group.reason }}>
              <span className="number failures__count">{format.count(group.items)}</span>
              <span className="failures__reason">{group.reason}</span>
            </Link>
            <span className="row">
              {group.class && <Badge>{group.class}</Badge>}
              <Link
                to="/instances/:id/steps/:step/items/:shard/:seq"
                params={{ id, step, shard: group.example_shard, seq: group.example_seq }}
              >
                {t("steps.example", { seq: group.example_seq })}
              </Link>
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
