import { type ComponentType, Suspense, useEffect } from "react";
import { Loading } from "../ui/Loading";
import { match } from "./address";
import { ErrorBoundary } from "./ErrorBoundary";
import { NotFound } from "./NotFound";
import { replace, useAddress } from "./navigation";
import { pages } from "./pages";
import type { Query } from "./routes";

/** The page of the address. */
export function PageView() {
  const { path, query } = useAddress();
  const isFirst = path === "/";
  useEffect(() => {
    if (isFirst) replace({ to: "/definitions" });
  }, [isFirst]);

  const found = match(path);
  if (isFirst) return null;
  if (found === null) return <NotFound path={path} />;
  // A pattern and its own params: the compiler cannot see that they come from one match.
  const Page = pages[found.pattern] as ComponentType<{ params: Readonly<Record<string, string>>; query: Query }>;
  return (
    <ErrorBoundary key={path}>
      <Suspense fallback={<Loading />}>
        <Page params={found.params} query={query} />
      </Suspense>
    </ErrorBoundary>
  );
}
