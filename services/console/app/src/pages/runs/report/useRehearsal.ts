import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, body } from "../../../api/client";
import { keys } from "../../../api/keys";
import { pollEvery, useLive } from "../../../live/Live";
import { useThrottled } from "../../../live/useThrottled";

const RENEWAL_MS = 700;

const rehearsalQuery = (id: number) =>
  queryOptions({
    queryKey: keys.instancePart(id, "rehearsal"),
    queryFn: ({ signal }) => body(api.GET("/instances/{instance_id}/rehearsal", { params: { path: { instance_id: id } }, signal })),
  });

/** What a rehearsal says so far: asked for again when one of its steps moves. */
export function useRehearsal(id: number) {
  const client = useQueryClient();
  const renew = useThrottled(() => void client.invalidateQueries(rehearsalQuery(id)), RENEWAL_MS);
  const status = useLive({ instance: id }, (events) => events.some(({ kind }) => kind !== "queue") && renew());
  const report = useQuery({
    ...rehearsalQuery(id),
    refetchInterval: ({ state }) => (state.data?.is_done ? false : pollEvery(status, 2_000)),
  });
  useEffect(() => {
    // What happened between the first answer and the opening of the stream was told to nobody.
    if (status === "live") renew();
  }, [status, renew]);
  return { report, status };
}
