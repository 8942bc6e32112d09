import { api, body } from "../../api/client";
import { Problem } from "../../api/problem";
import { isObject, refusalOf } from "./graphqlErrors";

/** Sends a query; what GraphQL refuses is a `Problem` with its own words. `T` is what the query asks for. */
export async function ask<T>(query: string, variables: Record<string, unknown>, signal?: AbortSignal): Promise<T> {
  const answer: unknown = await body(api.POST("/graphql", { body: { query, variables }, ...(signal ? { signal } : {}) }));
  if (!isObject(answer)) throw new TypeError("GraphQL sent no object");
  const refused = refusalOf(answer["errors"]);
  if (refused !== null) throw new Problem({ status: 200, title: refused, detail: refused });
  return answer["data"] as T;
}
