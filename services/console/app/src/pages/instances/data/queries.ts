import { queryOptions } from "@tanstack/react-query";
import { api, body } from "../../../api/client";
import { keys } from "../../../api/keys";
import type { InstanceDetail, StepOut } from "../../../api/schema";
import { isOfDraft } from "./states";

const MOST_STEPS = 1_000;
const MOST_ATTEMPTS = 1_000;
const SLOW_MS = 10_000;

export const instanceQuery = (id: number) =>
  queryOptions({
    queryKey: keys.instance(id),
    queryFn: ({ signal }) => body(api.GET("/instances/{instance_id}", { params: { path: { instance_id: id } }, signal })),
  });

/** All steps of an instance, shards apart, in the order in which they were made. */
export const stepsQuery = (id: number) =>
  queryOptions({
    queryKey: keys.instancePart(id, "steps"),
    queryFn: async ({ signal }): Promise<readonly StepOut[]> => {
      const steps: StepOut[] = [];
      for (let after: number | null | undefined; after !== null; ) {
        const query = { limit: MOST_STEPS, ...(after !== undefined && { after }) };
        const page = await body(api.GET("/instances/{instance_id}/steps", { params: { path: { instance_id: id }, query }, signal }));
        steps.push(...page.data);
        after = page.next ? Number(page.next) : null;
      }
      return steps;
    },
  });

/** A definition as an instance runs it: that of its version, which never changes, or the draft that it rehearses. */
export const contentQuery = ({ id, definition: name, version, rehearsal }: InstanceDetail) =>
  queryOptions({
    queryKey: isOfDraft({ rehearsal }) ? keys.instancePart(id, "definition") : keys.version(name, version),
    queryFn: ({ signal }) => body(api.GET("/instances/{instance_id}/definition", { params: { path: { instance_id: id } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** A definition as it stands. */
export const definitionQuery = (name: string) =>
  queryOptions({
    queryKey: keys.definition(name),
    queryFn: ({ signal }) => body(api.GET("/definitions/{name}", { params: { path: { name } }, signal })),
    staleTime: 60_000,
  });

export const etaQuery = (id: number, isLive: boolean) =>
  queryOptions({
    queryKey: keys.instancePart(id, "eta"),
    queryFn: ({ signal }) => body(api.GET("/instances/{instance_id}/eta", { params: { path: { instance_id: id } }, signal })),
    enabled: isLive,
    refetchInterval: isLive ? SLOW_MS : false,
  });

export const spendQuery = (id: number) =>
  queryOptions({
    queryKey: keys.instancePart(id, "spend"),
    queryFn: ({ signal }) => body(api.GET("/instances/{instance_id}/spend", { params: { path: { instance_id: id } }, signal })),
    select: ({ data }) => data,
  });

export const whyQuery = (id: number) =>
  queryOptions({
    queryKey: keys.instancePart(id, "explain"),
    queryFn: ({ signal }) =>
      body(api.GET("/instances/{instance_id}/explain", { params: { path: { instance_id: id } }, signal })),
    staleTime: 0,
  });

export const timelineQuery = (id: number, shardsOf: string | null) =>
  queryOptions({
    queryKey: keys.instancePart(id, "timeline", shardsOf),
    queryFn: ({ signal }) => {
      const query = { limit: MOST_ATTEMPTS, ...(shardsOf && { shards_of: shardsOf }) };
      return body(api.GET("/instances/{instance_id}/timeline", { params: { path: { instance_id: id }, query }, signal }));
    },
  });

const ofStep = (id: number, step: string) => ({ path: { instance_id: id, step_key: step } });

export const stepQuery = (id: number, step: string) =>
  queryOptions({
    queryKey: keys.instancePart(id, "step", step),
    queryFn: ({ signal }) => body(api.GET("/instances/{instance_id}/steps/{step_key}", { params: ofStep(id, step), signal })),
  });

export const stepWhyQuery = (id: number, step: string) =>
  queryOptions({
    queryKey: keys.instancePart(id, "step", step, "explain"),
    queryFn: ({ signal }) =>
      body(api.GET("/instances/{instance_id}/steps/{step_key}/explain", { params: ofStep(id, step), signal })),
  });

export const failuresQuery = (id: number, step: string) =>
  queryOptions({
    queryKey: keys.instancePart(id, "step", step, "failures"),
    queryFn: ({ signal }) =>
      body(api.GET("/instances/{instance_id}/steps/{step_key}/failures", { params: ofStep(id, step), signal })),
    select: ({ data }) => data,
  });

export const itemQuery = (id: number, step: string, shard: number, seq: number) =>
  queryOptions({
    queryKey: keys.instancePart(id, "step", step, "item", shard, seq),
    queryFn: ({ signal }) =>
      body(
        api.GET("/instances/{instance_id}/steps/{step_key}/items/{shard}/{seq}", {
          params: { path: { instance_id: id, step_key: step, shard, seq } },
          signal,
        }),
      ),
  });
