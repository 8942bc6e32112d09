import { createContext, type ReactNode, useContext, useEffect, useEffectEvent, useState } from "react";
import type { LiveEvent, Scope } from "./events";
import { Feed, type LiveStatus, type Ports } from "./Feed";
import { Feeds } from "./Feeds";

const Context = createContext<Feeds | null>(null);

const ports: Ports = {
  open: (address) => new EventSource(address),
  isUp: () => fetch("/healthz").then((answer) => answer.ok, () => false),
};

/** Holds the streams of this tab. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [feeds] = useState(() => new Feeds((scope) => new Feed(scope, ports)));
  useEffect(() => feeds.restWhileHidden(document), [feeds]);
  return <Context value={feeds}>{children}</Context>;
}

/**
 * Watches a scope: `onEvents` gets bursts of events, each thing once; the answer is how good the connection is.
 * While it is not live, ask again with `refetchInterval: pollEvery(status)`.
 */
export function useLive(scope: Scope, onEvents: (events: readonly LiveEvent[]) => void): LiveStatus {
  const feeds = useContext(Context);
  if (feeds === null) throw new Error("useLive is used outside LiveProvider");
  const { instance, definition } = scope;
  const feed = feeds.of(instance, definition);
  const [status, setStatus] = useState<LiveStatus>(feed.status);
  const heard = useEffectEvent(onEvents);
  useEffect(() => {
    setStatus(feed.status);
    return feed.subscribe({ onEvents: (events) => heard(events), onStatus: setStatus });
  }, [feed]);
  return status;
}

const POLL_MS = 4_000;

/** How often to ask while nobody tells. */
export const pollEvery = (status: LiveStatus, ms = POLL_MS): number | false =>
  status === "polling" || status === "offline" ? ms : false;
