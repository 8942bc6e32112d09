import { queryOptions } from "@tanstack/react-query";
import { api, body } from "../../../api/client";
import { keys } from "../../../api/keys";

const LAST = 8;

/** Every definition with its last runs, its next fire and its cost. */
export const definitionsQuery = queryOptions({
  queryKey: keys.definitions,
  queryFn: ({ signal }) => body(api.GET("/definitions", { signal })),
  select: ({ data }) => data,
});

/** One row of the list. */
export const summaryQuery = (name: string) =>
  queryOptions({ ...definitionsQuery, select: ({ data }) => data.find((row) => row.name === name) });

export const definitionQuery = (name: string) =>
  queryOptions({
    queryKey: keys.definition(name),
    queryFn: ({ signal }) => body(api.GET("/definitions/{name}", { params: { path: { name } }, signal })),
  });

export const versionsQuery = (name: string) =>
  queryOptions({
    queryKey: keys.versions(name),
    queryFn: ({ signal }) => body(api.GET("/definitions/{name}/versions", { params: { path: { name } }, signal })),
    select: ({ data }) => data,
  });

/** What differs between two versions. Versions never change. */
export const diffQuery = (name: string, from: number, to: number) =>
  queryOptions({
    queryKey: [...keys.definition(name), "diff", from, to],
    queryFn: ({ signal }) =>
      body(api.GET("/definitions/{name}/diff", { params: { path: { name }, query: { from, to } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const lastInstancesQuery = (name: string) =>
  queryOptions({
    queryKey: keys.instancesWhere({ definition: name, last: LAST }),
    queryFn: ({ signal }) => body(api.GET("/instances", { params: { query: { definition: name, limit: LAST } }, signal })),
    select: ({ data }) => data,
  });
