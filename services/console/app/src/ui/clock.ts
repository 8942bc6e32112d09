import { useSyncExternalStore } from "react";

/** One ticking clock for the whole page, which stands still while nobody looks at it. */
class Clock {
  private readonly listeners = new Set<() => void>();
  private timer: number | undefined;
  private now = Date.now();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    this.timer ??= window.setInterval(this.tick, 1_000);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size > 0) return;
      window.clearInterval(this.timer);
      this.timer = undefined;
    };
  };

  /** Of the last tick; while it stands still, of now. */
  readonly read = (): number => {
    if (this.timer === undefined && Date.now() - this.now >= 1_000) this.now = Date.now();
    return this.now;
  };

  private readonly tick = () => {
    this.now = Date.now();
    this.listeners.forEach((listener) => listener());
  };
}

const clock = new Clock();

/** The time, second by second. */
export function useNow(): Date {
  return new Date(useSyncExternalStore(clock.subscribe, clock.read));
}
