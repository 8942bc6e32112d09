import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../../api/client";
import { keys } from "../../../api/keys";
import type { Given } from "./given";

export interface Wanted {
  set: string;
  given: Given;
  keepsFormulas: boolean;
}

/** The types know a parsed body; what is sent is the file as it is. */
const raw = ({ set, given, keepsFormulas }: Wanted) => ({
  params: { path: { set_id: set }, query: { formulas: keepsFormulas ? ("keep" as const) : ("refuse" as const) } },
  headers: { "Content-Type": given.kind },
  body: given.content as unknown as string,
  bodySerializer: (content: unknown) => content as Blob,
});

/** What an upload would do, asked for as soon as there is something to upload. */
export function useCheck(wanted: Wanted | null) {
  return useQuery({
    queryKey: ["upload check", wanted?.set, wanted?.given.id, wanted?.keepsFormulas],
    queryFn: async ({ signal }) => {
      if (wanted === null) throw new TypeError("there is nothing to check");
      return (await body(api.POST("/admin/sets/{set_id}/questions/bulk-check", { ...raw(wanted), signal }))).data;
    },
    enabled: wanted !== null,
    // The whole file is sent for it: not again for every look at the page.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

/** Uploads. The key makes it harmless to press again after the connection was lost: nothing is saved twice. */
export function useUpload() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (wanted: Wanted) => {
      const asked = raw(wanted);
      const headers = { ...asked.headers, "Idempotency-Key": `${wanted.given.id}-${wanted.keepsFormulas ? "keep" : "refuse"}` };
      return (await body(api.POST("/admin/sets/{set_id}/questions/bulk-upload", { ...asked, headers }))).data;
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.explanations }),
  });
}
