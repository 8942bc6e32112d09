import { useMemo, useSyncExternalStore } from "react";
import { type Address, addressOf, href, searchOf } from "./address";
import type { QueryValues, To } from "./routes";

function subscribe(changed: () => void): () => void {
  window.addEventListener("hashchange", changed);
  return () => window.removeEventListener("hashchange", changed);
}

const hash = () => window.location.hash;

/** Where the browser is. */
export function useAddress(): Address {
  const now = useSyncExternalStore(subscribe, hash);
  return useMemo(() => addressOf(now), [now]);
}

export function go(to: To): void {
  window.location.hash = href(to);
}

/** Puts another address in place of this one: going back does not lead here. */
export function replace(to: To): void {
  replaceHash(href(to));
}

/** Changes what is named in the query, and keeps the rest; null takes a name away. */
export function setQuery(changes: QueryValues): void {
  const { path, query } = addressOf(window.location.hash);
  replaceHash(`#${path}${searchOf({ ...query, ...changes })}`);
}

function replaceHash(hash: string): void {
  window.history.replaceState(null, "", hash);
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}

/** One value of the query, as state: `const [tab, setTab] = useQueryValue("tab", "graph")`. */
export function useQueryValue(name: string, usual: string): [string, (value: string) => void] {
  const { query } = useAddress();
  const set = useMemo(() => (value: string) => setQuery({ [name]: value === usual ? null : value }), [name, usual]);
  return [query[name] ?? usual, set];
}
