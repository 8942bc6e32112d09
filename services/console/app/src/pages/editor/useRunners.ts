import { useQuery } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import { keys } from "../../api/keys";
import type { RunnerOut } from "../../api/schema";

const none: readonly RunnerOut[] = [];

/** The runners that a step may name here. They change with a deployment only. */
export function useRunners(): { runners: readonly RunnerOut[]; isLoading: boolean; error: Error | null } {
  const { data, isLoading, error } = useQuery({
    queryKey: keys.runners,
    queryFn: ({ signal }) => body(api.GET("/runners", { signal })),
    staleTime: 5 * 60_000,
  });
  return { runners: data?.data ?? none, isLoading, error };
}
