import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import { keys } from "../../api/keys";
import type { ExplanationState, SetQueueOut } from "../../api/schema";
import { pollEvery, useLive } from "../../live/Live";
import { paceOf } from "./pace";
import { isEnded } from "./states";

const PAGE = 100;
/** A list longer than this is not read again and again: each reading asks for every page of it. */
export const MOST_PAGES_FOLLOWED = 5;

/** Tells at once when instances begin and end; between that, states of questions change without an event and are asked for. */
export function useFollowing() {
  const client = useQueryClient();
  return useLive({}, (events) => {
    if (events.some(({ kind }) => kind === "instance")) void client.invalidateQueries({ queryKey: keys.explanations });
  });
}

export function useSets() {
  const status = useFollowing();
  const sets = useQuery({
    queryKey: keys.explanations,
    queryFn: async ({ signal }) => (await body(api.GET("/admin/sets", { signal }))).data,
    refetchInterval: ({ state: { data = [] } }) => {
      const questions = data.reduce((sum, set) => sum + set.total, 0);
      return data.some((set) => set.jobs > 0) ? paceOf(questions) : pollEvery(status);
    },
  });
  return { sets, status };
}

export const isAtWork = (queue: SetQueueOut | undefined): boolean => (queue?.backgroundJobs.length ?? 0) > 0;

export function useQueue(set: string) {
  const status = useFollowing();
  const queue = useQuery({
    queryKey: [...keys.explanationSet(set), "queue"],
    queryFn: async ({ signal }) => {
      const path = { set_id: set };
      return (await body(api.GET("/admin/sets/{set_id}/questions/queue-status", { params: { path }, signal }))).data;
    },
    refetchInterval: ({ state: { data } }) =>
      isAtWork(data) ? paceOf(data?.queueStatus.total ?? 0) : pollEvery(status),
  });
  return { queue, status };
}

interface QuestionsOf {
  set: string;
  state: ExplanationState | null;
  isAtWork: boolean;
}

export function useQuestions({ set, state, isAtWork }: QuestionsOf) {
  return useInfiniteQuery({
    queryKey: [...keys.explanationSet(set), "questions", state],
    queryFn: async ({ signal, pageParam }) => {
      const query = { limit: PAGE, after: pageParam, state };
      const asked = { params: { path: { set_id: set }, query }, signal };
      return (await body(api.GET("/admin/sets/{set_id}/explanation-status", asked))).data;
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: ({ state: { data } }) =>
      isAtWork && data && data.pages.length <= MOST_PAGES_FOLLOWED ? paceOf(data.pages[0]?.summary.total ?? 0) : false,
  });
}

export function useQuestion(id: string) {
  const status = useFollowing();
  const question = useQuery({
    queryKey: [...keys.explanations, "question", id],
    queryFn: async ({ signal }) => {
      const path = { question_id: id };
      return (await body(api.GET("/admin/questions/{question_id}", { params: { path }, signal }))).data;
    },
    refetchInterval: ({ state }) =>
      state.data && !isEnded(state.data.status) ? paceOf(1) : pollEvery(status),
  });
  return { question, status };
}

/** Has what failed asked anew: in a set, or one question. */
export function useRetry(failed: { set: string } | { question: string }) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      if ("question" in failed) {
        const path = { question_id: failed.question };
        return (await body(api.POST("/admin/questions/{question_id}/retry", { params: { path } }))).data;
      }
      const path = { set_id: failed.set };
      return (await body(api.POST("/admin/sets/{set_id}/questions/retry-failed", { params: { path } }))).data;
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.explanations }),
  });
}

export function useRestart() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => (await body(api.POST("/admin/restart-queue"))).data,
    onSettled: () => client.invalidateQueries({ queryKey: keys.explanations }),
  });
}
