import { useCallback } from "react";
import type { ItemOut } from "../../../api/schema";
import { href } from "../../../app/address";
import { useI18n } from "../../../i18n/I18n";
import { StateBadge } from "../../../ui/Badge";
import { Button } from "../../../ui/Button";
import { Card } from "../../../ui/Card";
import { Empty } from "../../../ui/Empty";
import { Loading } from "../../../ui/Loading";
import { ProblemView } from "../../../ui/ProblemView";
import { VirtualList } from "../../../ui/VirtualList";
import { Money } from "../../../ui/Values";
import { brief } from "./brief";
import { type ItemFilter, useItems } from "./useItems";

const ROW = 44;
const HEIGHT = 560;

interface ItemListProps {
  id: number;
  step: string;
  filter: ItemFilter;
  total: number | undefined;
}

/** Items of any number: what is scrolled to is loaded, and what is seen is drawn. */
export function ItemList({ id, step, filter, total }: ItemListProps) {
  const { t } = useI18n();
  const { items, rows } = useItems(id, step, filter);
  const { fetchNextPage } = items;
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  if (items.isPending) return <Loading />;
  if (items.error && rows.length === 0) return <ProblemView error={items.error} onRetry={() => void items.refetch()} />;
  if (rows.length === 0) return <Empty icon="list" title={t("steps.noItems")} lead={t("steps.noItemsLead")} />;
  const refresh = (
    <Button size="small" kind="quiet" icon="refresh" onClick={() => void items.refetch()} isBusy={items.isRefetching}>
      {t("ui.refresh")}
    </Button>
  );
  return (
    <Card isFlush title={t("steps.itemsOf", { step })} aside={refresh}>
      {items.error && <ProblemView error={items.error} onRetry={more} />}
      <VirtualList
        label={t("steps.itemsOf", { step })}
        rows={rows}
        rowKey={({ shard, seq }) => `${shard}:${seq}`}
        rowHeight={ROW}
        height={Math.min(HEIGHT, rows.length * ROW + 4)}
        total={total}
        hasMore={items.hasNextPage && items.error === null}
        isLoading={items.isFetchingNextPage}
        onMore={more}
      >
        {(item) => <ItemRow id={id} step={step} item={item} />}
      </VirtualList>
    </Card>
  );
}

function ItemRow({ id, step, item }: { id: number; step: string; item: ItemOut }) {
  const { t, format } = useI18n();
  const name = item.shard > 0 ? `${item.shard}:${item.seq}` : String(item.seq);
  const params = { id, step, shard: item.shard, seq: item.seq };
  return (
    <a className="item-row" href={href({ to: "/instances/:id/steps/:step/items/:shard/:seq", params })}>
      <span className="number item-row__seq">{name}</span>
      <StateBadge state={item.state} />
      <span className={item.error ? "item-row__text item-row__text--bad" : "item-row__text"}>{item.error ?? brief(item.payload)}</span>
      <span className="item-row__more faint">
        {item.attempts > 0 && <span title={t("steps.tries")}>×{format.count(item.attempts)}</span>}
        {item.cost_usd !== null && <Money usd={item.cost_usd} />}
      </span>
    </a>
  );
}
