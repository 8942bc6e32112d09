import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { keys } from "../../api/keys";
import { readToEdit } from "../../api/readToEdit";
import type { PageProps } from "../../app/routes";
import { Loading } from "../../ui/Loading";
import { PageHeader } from "../../ui/PageHeader";
import { ProblemView } from "../../ui/ProblemView";
import { draftOf } from "./model/draft";
import { Workbench } from "./Workbench";

const WATCH_MS = 10_000;

/** Edits a definition that is there. Asks now and then whether somebody else has saved it. */
export function EditPage({ params: { name }, query }: PageProps<"/definitions/:name/edit">) {
  const { data, error, refetch } = useQuery({
    queryKey: keys.definitionToEdit(name),
    queryFn: ({ signal }) => readToEdit(name, signal),
    refetchInterval: WATCH_MS,
  });
  const opened = useMemo(() => data && { version: data.version ?? 0, draft: draftOf(data) }, [data]);
  if (opened) return <Workbench slot={name} opened={opened} continued={query["continue"] ?? null} />;
  return (
    <>
      <PageHeader title={name} />
      {error ? <ProblemView error={error} onRetry={() => void refetch()} /> : <Loading />}
    </>
  );
}
