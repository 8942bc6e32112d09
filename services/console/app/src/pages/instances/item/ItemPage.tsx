import { useQuery } from "@tanstack/react-query";
import type { ItemDetailOut } from "../../../api/schema";
import type { PageProps } from "../../../app/routes";
import { useI18n } from "../../../i18n/I18n";
import { StateBadge } from "../../../ui/Badge";
import { Card } from "../../../ui/Card";
import { CodeText } from "../../../ui/CodeText";
import { Empty } from "../../../ui/Empty";
import { Facts } from "../../../ui/Facts";
import { Link } from "../../../ui/Link";
import { Loading } from "../../../ui/Loading";
import { PageHeader } from "../../../ui/PageHeader";
import { ProblemView } from "../../../ui/ProblemView";
import { Count, Money } from "../../../ui/Values";
import { itemQuery } from "../data/queries";
import { CallView } from "./CallView";
import { whole } from "./brief";
import "./item.css";

const EVERY_MS = 5_000;

/** One item in full: what it is, and every question and answer about it. */
export function ItemPage({ params }: PageProps<"/instances/:id/steps/:step/items/:shard/:seq">) {
  const { t } = useI18n();
  const { id, step, shard, seq } = params;
  const item = useQuery({
    ...itemQuery(Number(id), step, Number(shard), Number(seq)),
    refetchInterval: ({ state }) => (state.data?.state === "pending" ? EVERY_MS : false),
  });
  const above = (
    <>
      <Link to="/instances/:id" params={{ id }}>
        {t("instances.instance")} #{id}
      </Link>
      {" › "}
      <Link to="/instances/:id" params={{ id }} query={{ tab: "items", of: step }}>
        {t("steps.itemsOf", { step })}
      </Link>
    </>
  );
  return (
    <>
      <PageHeader
        title={t("steps.item", { seq: shard === "0" ? seq : `${shard}:${seq}` })}
        above={above}
        beside={item.data && <StateBadge state={item.data.state} />}
      />
      {item.isPending && <Loading />}
      {item.error && <ProblemView error={item.error} onRetry={() => void item.refetch()} />}
      {item.data && <Known item={item.data} />}
    </>
  );
}

function Known({ item }: { item: ItemDetailOut }) {
  const { t } = useI18n();
  return (
    <div className="stack">
      <Card>
        <div className="stack">
          <Facts
            facts={[
              { name: t("steps.tries"), value: <Count value={item.attempts} /> },
              { name: t("steps.tokensHead"), value: <Count value={item.tokens} /> },
              { name: t("instances.spent"), value: <Money usd={item.cost_usd} /> },
            ]}
          />
          {item.error !== null && <CodeText isBlock text={item.error} />}
        </div>
      </Card>
      <Card title={t("steps.payload")}>
        <CodeText isBlock text={whole(item.payload)} />
      </Card>
      {item.calls.length === 0 && <Empty icon="text" title={t("steps.noCalls")} lead={t("steps.noCallsLead")} />}
      {item.calls.map((call) => (
        <CallView key={`${call.asked_at} ${call.try}`} call={call} />
      ))}
    </div>
  );
}
