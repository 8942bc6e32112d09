import { useInfiniteQuery } from "@tanstack/react-query";
import { api, body } from "../../../api/client";
import { keys } from "../../../api/keys";
import type { ResultOut } from "../../../api/schema";
import { setQuery } from "../../../app/navigation";
import { useI18n } from "../../../i18n/I18n";
import { Button } from "../../../ui/Button";
import { Card } from "../../../ui/Card";
import { Empty } from "../../../ui/Empty";
import { Loading } from "../../../ui/Loading";
import { ProblemView } from "../../../ui/ProblemView";
import { ResultView } from "../step/ResultView";
import type { TabProps } from "./InstanceTabs";
import { StepField } from "./StepField";

const ROWS = 50;

/** What each attempt gave. */
export function ResultsTab({ instance, steps, query }: TabProps) {
  const { t } = useI18n();
  const step = query["of"] ?? "";
  const results = useResults(instance.id, step);
  const rows: readonly ResultOut[] = results.data?.pages.flatMap(({ data }) => data) ?? [];
  return (
    <div className="stack">
      <div className="tools">
        <StepField steps={steps} value={step} onChange={(of) => setQuery({ of })} all={t("ui.all")} />
      </div>
      {results.isPending && <Loading />}
      {results.error && <ProblemView error={results.error} onRetry={() => void results.refetch()} />}
      {results.data && rows.length === 0 && <Empty icon="list" title={t("instances.noResults")} lead={t("instances.noResultsLead")} />}
      {rows.map((result) => (
        <Card key={`${result.step_key}:${result.shard}:${result.attempt}`} title={result.step_key} headingLevel={3}>
          <ResultView result={result} />
        </Card>
      ))}
      {results.hasNextPage && (
        <Button onClick={() => void results.fetchNextPage()} isBusy={results.isFetchingNextPage}>
          {t("ui.loadMore")}
        </Button>
      )}
    </div>
  );
}

function useResults(id: number, step: string) {
  return useInfiniteQuery({
    queryKey: keys.instancePart(id, "results", step),
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: ROWS, ...(step && { step }), ...(pageParam && { after: pageParam }) };
      return body(api.GET("/instances/{instance_id}/results", { params: { path: { instance_id: id }, query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next ?? null,
  });
}
