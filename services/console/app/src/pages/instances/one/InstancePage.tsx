import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { InstanceDetail, StepOut } from "../../../api/schema";
import { setQuery } from "../../../app/navigation";
import type { PageProps, Query } from "../../../app/routes";
import type { LiveStatus } from "../../../live/Feed";
import { Loading } from "../../../ui/Loading";
import { ProblemView } from "../../../ui/ProblemView";
import { contentQuery } from "../data/queries";
import { stepsIn } from "../data/shape";
import { useLiveInstance } from "../data/useLiveInstance";
import { Continued } from "../retry/Continued";
import { StepPanel } from "../step/StepPanel";
import { Failed } from "./Failed";
import { InstanceFacts } from "./InstanceFacts";
import { InstanceHeader } from "./InstanceHeader";
import { InstanceTabs } from "./InstanceTabs";
import "./one.css";

export function InstancePage({ params, query }: PageProps<"/instances/:id">) {
  const id = Number(params.id);
  const { instance, steps, status } = useLiveInstance(id);
  if (instance.data) return <Known instance={instance.data} steps={steps.data} live={status} query={query} />;
  if (instance.error) return <ProblemView error={instance.error} onRetry={() => void instance.refetch()} />;
  return <Loading />;
}

interface KnownProps {
  instance: InstanceDetail;
  steps: readonly StepOut[] | undefined;
  live: LiveStatus;
  query: Query;
}

function Known({ instance, steps = [], live, query }: KnownProps) {
  const content = useQuery(contentQuery(instance));
  const drawn = useMemo(() => stepsIn(content.data), [content.data]);
  const chosen = query["step"] ?? null;
  const select = (step: string | null) => setQuery({ step });
  return (
    <>
      <InstanceHeader instance={instance} steps={steps} live={live} />
      <div className="stack">
        <Failed instance={instance} onOpen={select} />
        <Continued id={instance.id} />
        <InstanceFacts instance={instance} steps={steps} />
        {content.error && <ProblemView error={content.error} />}
        <div className="instance" data-panel={chosen !== null || undefined}>
          <InstanceTabs instance={instance} steps={steps} content={drawn} query={query} chosen={chosen} onSelect={select} />
          {chosen !== null && <StepPanel key={chosen} instance={instance} step={chosen} onClose={() => select(null)} />}
        </div>
      </div>
    </>
  );
}
