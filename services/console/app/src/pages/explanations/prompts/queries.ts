import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../../api/client";
import { keys } from "../../../api/keys";
import type { PromptIn, PromptOut } from "../../../api/schema";

const NEWER_MS = 15_000;

const pathOf = (name: string) => ({ path: { name } });

export const readPrompt = (name: string, signal?: AbortSignal): Promise<PromptOut> =>
  body(api.GET("/prompts/{name}", { params: pathOf(name), ...(signal && { signal }) }));

export const readVersion = (name: string, version: number, signal?: AbortSignal): Promise<PromptOut> =>
  body(api.GET("/prompts/{name}/versions/{version}", { params: { path: { name, version } }, ...(signal && { signal }) }));

export function usePrompts() {
  return useQuery({
    queryKey: keys.prompts,
    queryFn: async ({ signal }) => (await body(api.GET("/prompts", { signal }))).data,
  });
}

/** The prompt as it stands; read now and then, so that who edits it sees that somebody else has saved. */
export function usePrompt(name: string) {
  return useQuery({
    queryKey: keys.prompt(name),
    queryFn: ({ signal }) => readPrompt(name, signal),
    refetchInterval: ({ state }) => (state.data ? NEWER_MS : false),
  });
}

export function usePromptVersions(name: string) {
  return useQuery({
    queryKey: [...keys.prompt(name), "versions"],
    queryFn: async ({ signal }) =>
      (await body(api.GET("/prompts/{name}/versions", { params: pathOf(name), signal }))).data,
  });
}

export function usePromptVersion(name: string, version: number) {
  return useQuery({
    queryKey: [...keys.prompt(name), "versions", version],
    queryFn: ({ signal }) => readVersion(name, version, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export interface PreviewOf {
  body: string;
  system: string;
  /** Null: rows of the uploaded questions. */
  definition: string | null;
  items: number;
}

/** What the draft would say. While it is asked for again, what it said before stays. */
export function usePreview(asked: PreviewOf) {
  return useQuery({
    queryKey: ["prompt preview", asked],
    queryFn: ({ signal }) => {
      const draft = { ...asked, system: asked.system === "" ? null : asked.system };
      return body(api.POST("/prompts/preview", { body: draft, signal }));
    },
    enabled: asked.body !== "",
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
}

interface Save {
  prompt: PromptIn;
  /** The version that was edited; 0: there is none yet. */
  base: number;
}

/** Saves over the version that was edited, and over no other; what was saved comes back. */
export function useSavePrompt(name: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ prompt, base }: Save) => {
      const header = base === 0 ? { "if-none-match": "*" } : { "if-match": `"${base}"` };
      const { version, changed } = await body(api.PUT("/prompts/{name}", { params: { ...pathOf(name), header }, body: prompt }));
      return { saved: await readVersion(name, version), isChanged: changed };
    },
    // Not waited for: whoever saved goes on from what was saved before the page reads it again.
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.prompts }),
  });
}
