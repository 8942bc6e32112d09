import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { Activity, type ReactNode, useEffect, useState } from "react";
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

/**
 * Shows what it holds to somebody who is signed in, and the sign-in page to everybody else. Where a session has ended, the
 * page is put aside as it is: what was typed is there again once the same person has signed in.
 */
export function Session({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const me = useQuery(meQuery);
  const [last, setLast] = useState<Me | null>(null);
  if (me.data && me.data !== last) setLast(me.data);

  useEffect(() => onSignedOut(() => client.setQueryData(keys.me, null)), [client]);

  return (
    <>
      {last && (
        <Activity mode={me.data ? "visible" : "hidden"}>
          <MeContext key={last.name} value={last}>
            {children}
          </MeContext>
        </Activity>
      )}
      {me.data === null && <SignIn last={last} />}
      {me.data === undefined && (me.error ? <ProblemView error={me.error} onRetry={() => void me.refetch()} /> : <Loading />)}
    </>
  );
}
