import { type ComponentType, useEffect, useState } from "react";
import { Loading } from "../ui/Loading";
import { addressOf, match } from "./address";
import { Crashed } from "./Crashed";
import { ErrorBoundary } from "./ErrorBoundary";
import { NotFound } from "./NotFound";
import { replace, useAddress } from "./navigation";
import { pages } from "./pages";
import type { Pattern, Query } from "./routes";

// A pattern and its own params: the compiler cannot see that they come from one match.
type AnyPage = ComponentType<{ params: Readonly<Record<string, string>>; query: Query }>;
type Loaded = { Page: AnyPage } | { error: Error };

/** The page of the address. */
export function PageView() {
  const { path, query } = useAddress();
  const isFirst = path === "/";
  useEffect(() => {
    // The address may have changed since it was rendered: who is on the way somewhere is not sent elsewhere.
    if (isFirst && addressOf(window.location.hash).path === "/") replace({ to: "/definitions" });
  }, [isFirst]);

  const found = match(path);
  const loaded = usePage(found?.pattern ?? null);
  if (isFirst) return null;
  if (found === null) return <NotFound path={path} />;
  if (loaded === null) return <Loading />;
  if ("error" in loaded) return <Crashed error={loaded.error} />;
  return (
    <ErrorBoundary key={path}>
      <loaded.Page params={found.params} query={query} />
    </ErrorBoundary>
  );
}

/** A page once it is loaded. Not by `Suspense`: React holds back for 0.3 s what comes so soon after a fallback. */
function usePage(pattern: Pattern | null): Loaded | null {
  const [known, setKnown] = useState<ReadonlyMap<Pattern, Loaded>>(new Map());
  const isKnown = pattern === null || known.has(pattern);
  useEffect(() => {
    if (isKnown) return;
    const note = (loaded: Loaded) => setKnown((before) => new Map([...before, [pattern, loaded]]));
    pages[pattern]().then(
      (Page) => note({ Page: Page as AnyPage }),
      (error: unknown) => note({ error: error instanceof Error ? error : new Error(String(error)) }),
    );
  }, [pattern, isKnown]);
  return pattern === null ? null : (known.get(pattern) ?? null);
}
