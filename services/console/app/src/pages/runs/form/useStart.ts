import { useQuery } from "@tanstack/react-query";
import { api, body } from "../../../api/client";
import { keys } from "../../../api/keys";
import type { DefinitionOut } from "../../../api/schema";
import type { JsonObject } from "../../../forms";

export interface Start {
  definition: DefinitionOut;
  /** What the form begins with: the params of the instance or rehearsal that is done again, or nothing. */
  params: JsonObject;
}

/** What a form to start something begins with. */
export function useStart(name: string, like: string | undefined): { start: Start | null; error: Error | null; retry: () => void } {
  const { data, error, refetch } = useQuery({
    queryKey: [...keys.definition(name), "start", like ?? null],
    queryFn: ({ signal }) => read(name, like, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return { start: data ?? null, error, retry: () => void refetch() };
}

async function read(name: string, like: string | undefined, signal: AbortSignal): Promise<Start> {
  const [definition, earlier] = await Promise.all([
    body(api.GET("/definitions/{name}", { params: { path: { name } }, signal })),
    like ? body(api.GET("/instances/{instance_id}", { params: { path: { instance_id: Number(like) } }, signal })) : null,
  ]);
  // What the server keeps as params is JSON.
  return { definition, params: (earlier?.params ?? {}) as JsonObject };
}
