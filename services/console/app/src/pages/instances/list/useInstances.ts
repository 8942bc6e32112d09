import { type InfiniteData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, body } from "../../../api/client";
import { keys } from "../../../api/keys";
import type { PageInstanceOut } from "../../../api/schema";
import type { LiveEvent } from "../../../live/events";
import { pollEvery, useLive } from "../../../live/Live";
import { useThrottled } from "../../../live/useThrottled";
import { askedOf, type InstanceFilter } from "./filter";
import { asksForMore, type Loaded, renewed, rowsOf, withEvents } from "./rows";

const ROWS = 50;
const RENEWAL_MS = 2_000;

function read(filter: InstanceFilter, before: string | null, signal?: AbortSignal): Promise<PageInstanceOut> {
  const query = { ...askedOf(filter, new Date()), limit: ROWS, ...(before !== null && { before: Number(before) }) };
  return body(api.GET("/instances", { params: { query }, ...(signal && { signal }) }));
}

/**
 * The instances of a filter, kept live by one stream: events change the rows in place, and only what they cannot
 * tell asks the server again, at most once in two seconds, however many instances are live.
 */
export function useInstances(filter: InstanceFilter) {
  const client = useQueryClient();
  const queryKey = keys.instancesWhere(filter);
  const list = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => read(filter, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next ?? null,
    refetchOnWindowFocus: false,
  });
  const renew = async () => {
    const fresh = await client.fetchQuery({ queryKey: [...queryKey, "fresh"], queryFn: () => read(filter, null), staleTime: 0 });
    client.setQueryData<Loaded>(queryKey, (loaded) => loaded && renewed(loaded, fresh));
  };
  const renewSoon = useThrottled(() => void renew().catch(() => client.invalidateQueries({ queryKey })), RENEWAL_MS);
  const hear = (events: readonly LiveEvent[]) => {
    const seen = events.flatMap((event) => (event.kind === "instance" ? [event.data] : []));
    const loaded = client.getQueryData<InfiniteData<PageInstanceOut>>(queryKey);
    if (seen.length === 0 || loaded === undefined) return;
    if (asksForMore(rowsOf(loaded), seen, filter.status)) renewSoon();
    client.setQueryData<Loaded>(queryKey, withEvents(loaded, seen));
  };
  const status = useLive(filter.definition ? { definition: filter.definition } : {}, hear);
  const pause = pollEvery(status);
  useEffect(() => {
    if (pause === false) return;
    const timer = window.setInterval(renewSoon, pause);
    return () => window.clearInterval(timer);
  }, [pause, renewSoon]);
  useEffect(() => {
    // What happened between the first answer and the opening of the stream was told to nobody.
    if (status === "live") renewSoon();
  }, [status, renewSoon]);
  return { list, rows: rowsOf(list.data), status };
}
