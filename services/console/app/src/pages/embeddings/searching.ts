import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { keys } from "../../api/keys";
import { type Condition, conditionsOf, type Filter } from "./filters";
import { ask } from "./graphql";

export type Metadata = Readonly<Record<string, unknown>>;

export interface Row {
  id: string;
  metadata: Metadata;
}

export interface Match {
  row: Row;
  distance: number;
  similarity: number | null;
}

export interface Served {
  name: string;
  description: string;
  exposed: string[] | null;
}

/** What is searched for: a text, or what is like a row. */
export type By = { text: string } | { id: string };

export interface Options {
  first: number;
  where: Condition[];
  exact: boolean;
  distance: "COSINE" | "L2";
}

export interface Wanted {
  collection: string;
  by: By;
  first: number;
  isExact: boolean;
  distance: "COSINE" | "L2";
  filters: readonly Filter[];
}

const COLLECTIONS = "{ collections { name description exposed } }";
const SEARCH = `query ($collection: String!, $by: SearchBy!, $options: SearchOptions) {
  search(collection: $collection, by: $by, options: $options) { distance similarity row { id metadata } }
}`;
const ROWS = `query ($collection: String!, $after: String) {
  rows(collection: $collection, first: 20, after: $after) {
    nodes { id metadata } pageInfo { hasNextPage endCursor }
  }
}`;
const RECOMMENDATIONS = `query ($of: String!, $id: String!, $collection: String!, $first: Int!) {
  row(collection: $of, id: $id) {
    id metadata
    recommendations(collection: $collection, options: {first: $first}) { distance similarity row { id metadata } }
  }
}`;

export const servedQuery = queryOptions({
  queryKey: keys.operation("graphql", "collections"),
  queryFn: async ({ signal }) => (await ask<{ collections: Served[] }>(COLLECTIONS, {}, signal)).collections,
});

export const searchQuery = (wanted: Wanted) =>
  queryOptions({
    queryKey: keys.operation("graphql", "search", wanted),
    queryFn: async ({ signal }) => {
      const { collection, by, first, isExact, distance, filters } = wanted;
      const options: Options = { first, exact: isExact, distance, where: conditionsOf(filters) };
      return (await ask<{ search: Match[] }>(SEARCH, { collection, by, options }, signal)).search;
    },
  });

interface RowPage {
  rows: { nodes: Row[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
}

export const rowsQuery = (collection: string) =>
  infiniteQueryOptions({
    queryKey: keys.operation("graphql", "rows", collection),
    initialPageParam: null as string | null,
    queryFn: async ({ signal, pageParam }) => (await ask<RowPage>(ROWS, { collection, after: pageParam }, signal)).rows,
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
  });

export interface Recommended extends Row {
  recommendations: Match[];
}

export const recommendationsQuery = (of: string, id: string, collection: string) =>
  queryOptions({
    queryKey: keys.operation("graphql", "recommendations", of, id, collection),
    queryFn: async ({ signal }) =>
      (await ask<{ row: Recommended | null }>(RECOMMENDATIONS, { of, id, collection, first: 10 }, signal)).row,
  });
