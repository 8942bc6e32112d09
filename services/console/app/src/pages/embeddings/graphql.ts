import { api, body } from "../../api/client";
import { Problem } from "../../api/problem";

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** Sends a query; what GraphQL refuses is a `Problem` with its own words. `T` is what the query asks for. */
export async function ask<T>(query: string, variables: Record<string, unknown>, signal?: AbortSignal): Promise<T> {
  const answer: unknown = await body(api.POST("/graphql", { body: { query, variables }, ...(signal ? { signal } : {}) }));
  if (!isObject(answer)) throw new TypeError("GraphQL sent no object");
  const refused = refusalOf(answer["errors"]);
  if (refused !== null) throw new Problem({ status: 200, title: refused, detail: refused });
  return answer["data"] as T;
}

/** The words of the first error. */
export function refusalOf(errors: unknown): string | null {
  if (!Array.isArray(errors) || errors.length === 0) return null;
  const first: unknown = errors[0];
  return isObject(first) && typeof first["message"] === "string" ? first["message"] : "GraphQL refused the query";
}
