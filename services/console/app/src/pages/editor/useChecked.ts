import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { api, body } from "../../api/client";
import type { ProblemAt } from "../../api/schema";
import { useI18n } from "../../i18n/I18n";
import { useSaidProblems } from "../../said";
import { type Draft, textOf } from "./model/draft";
import { noProblems, type Placed, placed } from "./model/places";

export interface Checking {
  problems: readonly ProblemAt[];
  placed: Placed;
  /** Whether the answer is of the draft as it is now. */
  isCurrent: boolean;
  error: Error | null;
}

const PAUSE_MS = 250;

/** What the server says of the draft, asked again whenever typing pauses. Problems stay until the next answer is there. */
export function useChecked(draft: Draft): Checking {
  const text = useMemo(() => textOf(draft), [draft]);
  const asked = usePaused(text, PAUSE_MS);
  const { language } = useI18n();
  const say = useSaidProblems();
  const { data, error, isPlaceholderData, isFetching } = useQuery({
    queryKey: ["checked", language, asked],
    queryFn: async ({ signal }) => {
      const given = JSON.parse(asked) as Draft;
      const checked = await body(api.POST("/definitions/validate", { body: { ...given }, signal }));
      const problems = say(checked.problems);
      return { problems, placed: placed(problems, given.steps) };
    },
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  const isCurrent = asked === text && data !== undefined && !isPlaceholderData && !isFetching;
  return { problems: data?.problems ?? [], placed: data?.placed ?? noProblems, isCurrent, error };
}

/** The value as it was when it last stood still. */
export function usePaused<T>(value: T, ms: number): T {
  const [paused, setPaused] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setPaused(value), ms);
    return () => window.clearTimeout(timer);
  }, [value, ms]);
  return paused;
}
