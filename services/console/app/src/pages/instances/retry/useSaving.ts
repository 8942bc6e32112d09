import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import { api, body } from "../../../api/client";
import { keys } from "../../../api/keys";
import { readToEdit } from "../../../api/readToEdit";
import type { ProblemAt } from "../../../api/schema";
import { type Draft, edited, isEdited } from "./draft";
import { useSettled } from "./useSettled";

const PAUSE_MS = 400;
const none: readonly ProblemAt[] = [];

/** What is wrong with a draft, asked for when the typing pauses. */
export function useDraftProblems(draft: Draft): readonly ProblemAt[] {
  const settled = useDeferredValue(useSettled(draft, PAUSE_MS));
  const content = edited(settled);
  const { data } = useQuery({
    queryKey: ["draft-problems", content],
    queryFn: ({ signal }) => body(api.POST("/definitions/validate", { body: { ...content }, signal })),
    enabled: isEdited(settled),
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 10_000,
  });
  return isEdited(draft) ? (data?.problems ?? none) : none;
}

/** Saves a draft as a new version; refused with 409 if another one stands meanwhile. */
export function useSaveDraft(onSaved: (version: number, saved: Draft) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (draft: Draft) =>
      body(api.PUT("/definitions/{name}", { params: { path: { name: draft.base.name } }, body: { ...edited(draft) } })),
    onSuccess: ({ name, version }, saved) => {
      void client.invalidateQueries({ queryKey: keys.definition(name) });
      onSaved(version, saved);
    },
  });
}

/** Reads a definition as it stands, whatever is remembered of it. */
export function useNewest(name: string) {
  return useQuery({
    queryKey: [...keys.definition(name), "newest"],
    queryFn: ({ signal }) => readToEdit(name, signal),
    staleTime: 0,
    // A page that is opened again begins with what stands then, say after a save in the editor.
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
}
