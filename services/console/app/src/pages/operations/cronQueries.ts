import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import { keys } from "../../api/keys";
import type { Calendar, FireOut } from "../../api/schema";
import type { Span } from "./spans";

const PAGE = 1_000;
const MOST_PAGES = 5;

export interface MonthOfFires extends Pick<Calendar, "upcoming" | "problems"> {
  fires: FireOut[];
  /** Whether there are more than are counted. */
  isCut: boolean;
}

interface Asked extends Span {
  definition: string;
}

const queryOf = ({ from, until, definition }: Asked) => ({ from, until, ...(definition ? { definition } : {}) });

/** Every instant of a month, so far as they can be counted by a page. */
export const monthQuery = (asked: Asked) =>
  queryOptions({
    queryKey: keys.operation("cron", "month", asked),
    queryFn: ({ signal }) => readMonth(asked, signal),
    refetchInterval: 60_000,
  });

async function readMonth(asked: Asked, signal: AbortSignal): Promise<MonthOfFires> {
  const fires: FireOut[] = [];
  let after: string | undefined;
  for (let page = 1; ; page++) {
    const query = { ...queryOf(asked), limit: PAGE, ...(after ? { after } : {}) };
    const found = await body(api.GET("/cron", { params: { query }, signal }));
    fires.push(...found.data);
    after = found.next ?? undefined;
    if (after === undefined || page === MOST_PAGES) {
      return { fires, upcoming: found.upcoming, problems: found.problems, isCut: after !== undefined };
    }
  }
}

export const dayQuery = (asked: Asked) =>
  infiniteQueryOptions({
    queryKey: keys.operation("cron", "day", asked),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }) =>
      body(api.GET("/cron", { params: { query: { ...queryOf(asked), limit: 200, ...(pageParam ? { after: pageParam } : {}) } }, signal })),
    getNextPageParam: (last) => last.next ?? undefined,
  });

export const namesQuery = queryOptions({
  queryKey: keys.operation("definition names"),
  queryFn: async ({ signal }) => {
    const found = await body(api.GET("/definitions", { signal }));
    return found.data.filter(({ cron }) => cron !== null).map(({ name }) => name);
  },
});
