import { QueryClient } from "@tanstack/react-query";
import { Unreachable } from "../api/problem";

const TRIES = 2;

/** Asks again only where nobody answered: what the server refuses it would refuse again. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, error) => error instanceof Unreachable && failures < TRIES,
        retryDelay: (failures) => 500 * 2 ** failures,
        networkMode: "always",
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}
