import type { PageProps } from "../../../app/routes";
import { useI18n } from "../../../i18n/I18n";
import { LiveBadge } from "../../../live/LiveBadge";
import { Button } from "../../../ui/Button";
import { Card } from "../../../ui/Card";
import { Empty } from "../../../ui/Empty";
import { Link } from "../../../ui/Link";
import { Loading } from "../../../ui/Loading";
import { PageHeader } from "../../../ui/PageHeader";
import { ProblemView } from "../../../ui/ProblemView";
import { type InstanceFilter, filterOf, isEmpty } from "./filter";
import { clearFilters, Filters } from "./Filters";
import { InstanceTable } from "./InstanceTable";
import { useInstances } from "./useInstances";
import "./list.css";

export function InstancesPage({ query }: PageProps<"/instances">) {
  const { t } = useI18n();
  const filter = filterOf(query);
  const { list, rows, status } = useInstances(filter);
  return (
    <>
      <PageHeader title={t("instances.title")} lead={t("instances.lead")} beside={<LiveBadge status={status} />} />
      <div className="stack">
        <Filters filter={filter} />
        {list.error && <ProblemView error={list.error} onRetry={() => void list.refetch()} />}
        {list.isPending ? <Loading /> : rows.length === 0 ? !list.error && <Nothing filter={filter} /> : (
          <Card isFlush>
            <InstanceTable rows={rows} />
          </Card>
        )}
        {list.hasNextPage && (
          <div className="list-more">
            <Button onClick={() => void list.fetchNextPage()} isBusy={list.isFetchingNextPage}>
              {t("ui.loadMore")}
            </Button>
          </div>
        )}
      </div>
    </>
  );
}

function Nothing({ filter }: { filter: InstanceFilter }) {
  const { t } = useI18n();
  if (!isEmpty(filter)) {
    return (
      <Empty icon="filter" title={t("instances.noneFit")} lead={t("instances.noneFitLead")}>
        <Button onClick={clearFilters}>{t("instances.clear")}</Button>
      </Empty>
    );
  }
  return (
    <Empty icon="play" title={t("instances.none")} lead={t("instances.noneLead")}>
      <Link to="/definitions" look="primary">
        {t("app.toDefinitions")}
      </Link>
    </Empty>
  );
}
