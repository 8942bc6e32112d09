import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "../../api/keys";

/** Reads all that is shown of this area again, at the press of a button. A long list begins anew with its first page. */
export function useRefresh() {
  const client = useQueryClient();
  const fetching = useIsFetching({ queryKey: keys.explanations });
  const [wasPressed, setWasPressed] = useState(false);
  const refresh = () => {
    setWasPressed(true);
    void client.resetQueries({ queryKey: keys.explanations, predicate: ({ queryKey }) => queryKey.includes("questions") });
    void client.invalidateQueries({ queryKey: keys.explanations }).finally(() => setWasPressed(false));
  };
  return { refresh, isRefreshing: wasPressed && fetching > 0 };
}
