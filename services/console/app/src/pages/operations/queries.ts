import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import { keys } from "../../api/keys";

const OFTEN_MS = 5_000;
const SELDOM_MS = 15_000;

export const queueQuery = queryOptions({
  queryKey: keys.queue,
  queryFn: ({ signal }) => body(api.GET("/queue", { signal })),
});

export const monitoringQuery = queryOptions({
  queryKey: keys.monitoring,
  queryFn: ({ signal }) => body(api.GET("/monitoring", { signal })),
  refetchInterval: SELDOM_MS,
});

export const workersQuery = queryOptions({
  queryKey: keys.operation("workers"),
  queryFn: ({ signal }) => body(api.GET("/workers", { signal })),
  refetchInterval: OFTEN_MS,
});

export const leasesQuery = (worker: string) =>
  queryOptions({
    queryKey: keys.operation("leases", worker),
    queryFn: ({ signal }) => body(api.GET("/leases", { params: { query: worker ? { worker } : {} }, signal })),
    refetchInterval: OFTEN_MS,
  });

export const breakersQuery = queryOptions({
  queryKey: keys.operation("breakers"),
  queryFn: ({ signal }) => body(api.GET("/circuit-breakers", { signal })),
  refetchInterval: OFTEN_MS,
});

export const readersQuery = queryOptions({
  queryKey: keys.operation("cache readers"),
  queryFn: ({ signal }) => body(api.GET("/cache-readers", { signal })),
  refetchInterval: SELDOM_MS,
});

export const limitsQuery = queryOptions({
  queryKey: keys.operation("limits"),
  queryFn: ({ signal }) => body(api.GET("/limits", { signal })),
  refetchInterval: OFTEN_MS,
});

export const budgetQuery = (days: number) =>
  queryOptions({
    queryKey: keys.operation("budget", days),
    queryFn: ({ signal }) => body(api.GET("/budget", { params: { query: { days } }, signal })),
    refetchInterval: 60_000,
  });

export const tokensQuery = queryOptions({
  queryKey: keys.operation("tokens"),
  queryFn: ({ signal }) => body(api.GET("/tokens", { signal })),
});

const numberOf = (next: string | null | undefined) => (next ? Number(next) : undefined);

export const batchesQuery = (isOpen: boolean, instance: number | null) =>
  infiniteQueryOptions({
    queryKey: keys.operation("batches", isOpen, instance),
    initialPageParam: undefined as number | undefined,
    queryFn: ({ signal, pageParam }) => {
      const query = { open: isOpen, ...(instance === null ? {} : { instance }), ...(pageParam ? { before: pageParam } : {}) };
      return body(api.GET("/provider-batches", { params: { query }, signal }));
    },
    getNextPageParam: (last) => numberOf(last.next),
    refetchInterval: SELDOM_MS,
  });

export const auditQuery = (actor: string, action: string) =>
  infiniteQueryOptions({
    queryKey: keys.operation("audit", actor, action),
    initialPageParam: undefined as number | undefined,
    queryFn: ({ signal, pageParam }) => {
      const query = { ...(actor ? { actor } : {}), ...(action ? { action } : {}), ...(pageParam ? { before: pageParam } : {}) };
      return body(api.GET("/audit", { params: { query }, signal }));
    },
    getNextPageParam: (last) => numberOf(last.next),
  });
