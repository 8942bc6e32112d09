import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Loading } from "./Loading";
import { ProblemView } from "./ProblemView";

interface AnswerProps<Data> {
  query: Pick<UseQueryResult<Data>, "data" | "error" | "refetch">;
  /** How tall the place is while it is filled, in lines. */
  rows?: number;
  children: (data: Data) => ReactNode;
}

/** What the server answered; until then that it is asked, and if it refuses its words above what was known before. */
export function Answer<Data>({ query, rows = 4, children }: AnswerProps<Data>) {
  const { data, error } = query;
  if (data === undefined) {
    return error ? <ProblemView error={error} onRetry={() => void query.refetch()} /> : <Loading rows={rows} />;
  }
  return (
    <>
      {error && <ProblemView error={error} onRetry={() => void query.refetch()} />}
      {children(data)}
    </>
  );
}
