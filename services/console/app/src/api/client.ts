import createClient, { type Middleware } from "openapi-fetch";
import { problemOf, Unreachable } from "./problem";
import type { paths } from "./schema";

/** Told when the server says that nobody is signed in. */
type SignedOutListener = () => void;
const listeners = new Set<SignedOutListener>();

export function onSignedOut(listener: SignedOutListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const refusals: Middleware = {
  async onResponse({ response }) {
    if (response.ok) return;
    if (response.status === 401) listeners.forEach((listener) => listener());
    const body: unknown = await response.json().catch(() => null);
    throw problemOf(response.status, response.statusText, body);
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === "AbortError") return error;
    return new Unreachable(error);
  },
};

export const api = createClient<paths>({ baseUrl: window.location.origin, credentials: "same-origin" });
api.use(refusals);

/** The body of an answer. A refusal never comes here: it is thrown as a `Problem`. */
export async function body<T>(answer: Promise<{ data?: T }>): Promise<NonNullable<T>> {
  const { data } = await answer;
  if (data === undefined || data === null) throw new TypeError("the server sent an empty answer");
  return data;
}

/** For answers without a body, as 204. */
export async function done(answer: Promise<unknown>): Promise<void> {
  await answer;
}
