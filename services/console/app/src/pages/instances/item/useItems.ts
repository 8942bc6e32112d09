import { useInfiniteQuery } from "@tanstack/react-query";
import { api, body } from "../../../api/client";
import { keys } from "../../../api/keys";
import type { ItemOut, ItemState } from "../../../api/schema";

const ROWS = 200;

export interface ItemFilter {
  state: ItemState | "";
  reason: string;
}

/** The items of a step, page by page as they are scrolled to. */
export function useItems(id: number, step: string, { state, reason }: ItemFilter) {
  const items = useInfiniteQuery({
    queryKey: keys.instancePart(id, "items", step, state, reason),
    queryFn: ({ pageParam, signal }) => {
      const query = {
        limit: ROWS,
        ...(state && { state: [state] }),
        ...(reason && { reason }),
        ...(pageParam && { after: pageParam }),
      };
      const params = { path: { instance_id: id, step_key: step }, query };
      return body(api.GET("/instances/{instance_id}/steps/{step_key}/items", { params, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next ?? null,
    enabled: step !== "",
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const rows: readonly ItemOut[] = items.data?.pages.flatMap(({ data }) => data) ?? [];
  return { items, rows };
}
