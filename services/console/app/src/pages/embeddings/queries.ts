import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import { keys } from "../../api/keys";
import type { LetterState, PagePassOut } from "../../api/schema";

const OFTEN_MS = 3_000;
const SELDOM_MS = 20_000;

const isLoading = (found: PagePassOut | undefined) => found?.data.some(({ stage }) => stage !== "done") ?? false;

export const passesQuery = queryOptions({
  queryKey: keys.operation("streams"),
  queryFn: ({ signal }) => body(api.GET("/streams", { signal })),
  refetchInterval: (query) => (isLoading(query.state.data) ? OFTEN_MS : SELDOM_MS),
});

export const collectionsQuery = queryOptions({
  queryKey: keys.operation("collections"),
  queryFn: ({ signal }) => body(api.GET("/collections", { signal })),
  refetchInterval: SELDOM_MS,
});

export const groupsQuery = queryOptions({
  queryKey: [...keys.letters, "groups"],
  queryFn: ({ signal }) => body(api.GET("/dead-letters/summary", { params: { query: { limit: 500 } }, signal })),
  refetchInterval: SELDOM_MS,
});

/** Letters that have the same source, step and kind of reason. */
export interface Group {
  source: string;
  step: string;
  reason: string;
}

export const lettersQuery = (group: Group, state: LetterState) =>
  infiniteQueryOptions({
    queryKey: [...keys.letters, group, state],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ signal, pageParam }) => {
      const query = { ...group, state, limit: 50, ...(pageParam ? { before: pageParam } : {}) };
      return body(api.GET("/dead-letters", { params: { query }, signal }));
    },
    getNextPageParam: (last) => (last.next ? Number(last.next) : undefined),
  });
