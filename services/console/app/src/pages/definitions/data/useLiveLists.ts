import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { keys } from "../../../api/keys";
import type { Scope } from "../../../live/events";
import type { LiveStatus } from "../../../live/Feed";
import { pollEvery, useLive } from "../../../live/Live";
import { useThrottled } from "../../../live/useThrottled";

const RENEWAL_MS = 2_000;

/** Asks for the lists on a page again when an instance moves: at most once in two seconds, however many do. */
export function useLiveLists(scope: Scope): LiveStatus {
  const client = useQueryClient();
  const renew = useThrottled(() => {
    void client.invalidateQueries({ queryKey: keys.definitions, exact: true });
    void client.invalidateQueries({ queryKey: [...keys.instances, "where"] });
  }, RENEWAL_MS);
  const status = useLive(scope, (events) => events.some(({ kind }) => kind === "instance") && renew());
  useEffect(() => {
    // What happened between the first answer and the opening of the stream was told to nobody.
    if (status === "live") renew();
    const pause = pollEvery(status);
    if (pause === false) return;
    const timer = window.setInterval(renew, pause);
    return () => window.clearInterval(timer);
  }, [status, renew]);
  return status;
}
