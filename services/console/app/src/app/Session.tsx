import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { api, body, onSignedOut } from "../api/client";
import { keys } from "../api/keys";
import { Problem } from "../api/problem";
import type { Me } from "../api/schema";
import { Loading } from "../ui/Loading";
import { ProblemView } from "../ui/ProblemView";
import { MeContext } from "./me";
import { SignIn } from "./SignIn";

async function whoAmI(signal: AbortSignal): Promise<Me | null> {
  try {
    return await body(api.GET("/me", { signal }));
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return null;
    throw error;
  }
}

export const meQuery = queryOptions({ queryKey: keys.me, queryFn: ({ signal }) => whoAmI(signal), staleTime: 60_000 });

/** Shows what it holds to somebody who is signed in, and the sign-in page to everybody else. */
export function Session({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const me = useQuery(meQuery);
  const [wasSignedIn, setWasSignedIn] = useState(false);

  useEffect(() => {
    if (me.data) setWasSignedIn(true);
  }, [me.data]);
  useEffect(() => onSignedOut(() => client.setQueryData(keys.me, null)), [client]);

  if (me.data) return <MeContext value={me.data}>{children}</MeContext>;
  if (me.data === null) return <SignIn hasEnded={wasSignedIn} />;
  if (me.error) return <ProblemView error={me.error} onRetry={() => void me.refetch()} />;
  return <Loading />;
}
