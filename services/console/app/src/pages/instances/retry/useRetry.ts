import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../../api/client";
import { keys } from "../../../api/keys";
import type { PlanOut } from "../../../api/schema";
import { Problem } from "../../../api/problem";

const path = (id: number) => ({ path: { instance_id: id } });
// Not among the parts of the instance: once it goes on it has no plan, and to ask for one would be refused.
const planKey = (id: number, ...version: readonly unknown[]) => ["retry-plan", id, ...version] as const;
export const continuedKey = (id: number) => ["continued", id] as const;

/** What a retry would do; nothing is changed by asking. */
export function useRetryPlan(id: number, version: number | "latest" | null, isWanted = true) {
  return useQuery({
    queryKey: planKey(id, version),
    queryFn: () => body(api.POST("/instances/{instance_id}/retry/plan", { params: path(id), body: { version } })),
    enabled: isWanted,
    staleTime: 0,
    gcTime: 0,
  });
}

export interface Chosen {
  plan: PlanOut;
  /** As the plan was asked for: null for the version that the instance has, which keeps its prompts, too. */
  version: number | null;
}

/** Carries a plan out that was looked at, and remembers it so that the instance can show what was reused. */
export function useRetry(id: number, onDone: (plan: PlanOut) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ plan, version }: Chosen) =>
      body(api.POST("/instances/{instance_id}/retry", { params: path(id), body: { version, plan: plan.plan } })),
    onSuccess: (plan) => {
      client.setQueryData(continuedKey(id), plan);
      void client.invalidateQueries({ queryKey: keys.instance(id) });
      onDone(plan);
    },
    // Another plan than the one that was looked at: it is shown, and asked about again.
    onError: (error) => {
      if (error instanceof Problem && error.isConflict) void client.invalidateQueries({ queryKey: planKey(id) });
    },
  });
}
