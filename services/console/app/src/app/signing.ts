import { api, body } from "../api/client";
import type { Me } from "../api/schema";

/** Begins a session for this browser with a token. The cookie holds it from then on; the token is forgotten. */
export const signIn = (token: string): Promise<Me> =>
  body(api.POST("/sessions", { headers: { authorization: `Bearer ${token}` } }));
