import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import { keys } from "../../api/keys";
import { useI18n } from "../../i18n/I18n";
import { useToast } from "../../ui/Toast";
import type { Group } from "./queries";

const PAGE = 1_000;

export async function requeue(ids: number[]): Promise<number> {
  const { requeued } = await body(api.POST("/dead-letters/requeue", { body: { ids } }));
  return requeued.length;
}

/** Marks every dead letter of a group, page by page; the answer is how many. */
export async function requeueGroup(group: Group): Promise<number> {
  let marked = 0;
  let before: number | undefined;
  do {
    const query = { ...group, state: "dead" as const, limit: PAGE, ...(before ? { before } : {}) };
    const page = await body(api.GET("/dead-letters", { params: { query } }));
    if (page.data.length === 0) return marked;
    marked += await requeue(page.data.map(({ id }) => id));
    before = page.next ? Number(page.next) : undefined;
  } while (before !== undefined);
  return marked;
}

/** Requeues, says how many letters that were, and reads the lists anew. */
export function useRequeue(requeued: () => Promise<number>, onDone: () => void) {
  const { t } = useI18n();
  const toast = useToast();
  const client = useQueryClient();
  return useMutation({
    mutationFn: requeued,
    onSuccess: (count) => {
      toast.say(t("embeddings.wereRequeued", { count }));
      onDone();
    },
    onError: toast.problem,
    onSettled: () => client.invalidateQueries({ queryKey: keys.letters }),
  });
}
