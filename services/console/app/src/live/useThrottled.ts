import { useCallback, useEffect, useEffectEvent, useRef } from "react";

/** Runs an action once for all calls of a span of time, at its end; one that waits is dropped with the component. */
export function useThrottled(action: () => void, ms: number): () => void {
  const timer = useRef<number | undefined>(undefined);
  const act = useEffectEvent(action);
  useEffect(
    () => () => {
      window.clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  const run = useRef(() => {});
  useEffect(() => {
    run.current = () => {
      timer.current = undefined;
      act();
    };
  }, []);
  return useCallback(() => {
    timer.current ??= window.setTimeout(() => run.current(), ms);
  }, [ms]);
}
