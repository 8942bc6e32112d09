import { problemOf, Unreachable } from "../api/problem";

/** Begins a session for this browser with a token. The cookie holds it from then on; the token is forgotten. */
export async function signIn(token: string): Promise<void> {
  const answer = await fetch("/sessions", {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    credentials: "same-origin",
  }).catch((error: unknown) => {
    throw new Unreachable(error);
  });
  if (!answer.ok) throw problemOf(answer.status, answer.statusText, await answer.json().catch(() => null));
}
