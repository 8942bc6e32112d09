import { useEffect, useEffectEvent } from "react";

const PAUSE_MS = 500;

/** Tells what a text has become once nobody has typed for a moment. */
export function useSettled<T>(value: T, onSettled: (value: T) => void): void {
  const settled = useEffectEvent(onSettled);
  useEffect(() => {
    const timer = window.setTimeout(() => settled(value), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [value]);
}
