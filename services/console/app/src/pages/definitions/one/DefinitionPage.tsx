import { useQuery } from "@tanstack/react-query";
import type { PageProps } from "../../../app/routes";
import { useI18n } from "../../../i18n/I18n";
import { LiveBadge } from "../../../live/LiveBadge";
import { Loading } from "../../../ui/Loading";
import { Notice } from "../../../ui/Notice";
import { ProblemView } from "../../../ui/ProblemView";
import { definitionQuery, summaryQuery } from "../data/queries";
import { useLiveLists } from "../data/useLiveLists";
import { DefinitionFacts } from "./DefinitionFacts";
import { DefinitionHeader } from "./DefinitionHeader";
import { LastInstances } from "./LastInstances";
import { StepsCard } from "./StepsCard";
import "../definitions.css";

/** A definition at a glance: how it fares, what it does, what it has done last. */
export function DefinitionPage({ params: { name } }: PageProps<"/definitions/:name">) {
  const { t } = useI18n();
  const status = useLiveLists({ definition: name });
  const { data: definition, error, refetch } = useQuery(definitionQuery(name));
  const { data: summary } = useQuery(summaryQuery(name));
  return (
    <>
      <DefinitionHeader name={name} definition={definition} tab="overview" live={<LiveBadge status={status} />} />
      <div className="stack">
        {error && <ProblemView error={error} onRetry={() => void refetch()} />}
        {summary?.problem && (
          <Notice tone="bad" icon="alert" title={t("definitions.cannotFire")}>
            <p>{summary.problem}</p>
          </Notice>
        )}
        {definition ? (
          <>
            <DefinitionFacts definition={definition} summary={summary} />
            <StepsCard definition={definition} />
            <LastInstances name={name} />
          </>
        ) : (
          !error && <Loading />
        )}
      </div>
    </>
  );
}
