import type { IconName } from "./Icon";

export type Tone = "neutral" | "info" | "ok" | "warn" | "bad" | "wait" | "quiet";

export interface Look {
  tone: Tone;
  icon: IconName;
}

const looks = {
  pending: { tone: "neutral", icon: "ring" },
  ready: { tone: "info", icon: "clock" },
  running: { tone: "info", icon: "spinner" },
  succeeded: { tone: "ok", icon: "check" },
  failed: { tone: "bad", icon: "cross" },
  skipped: { tone: "quiet", icon: "skip" },
  upstream_failed: { tone: "warn", icon: "warn" },
  cancelled: { tone: "quiet", icon: "stop" },
  cancelling: { tone: "warn", icon: "stop" },
  snoozed: { tone: "wait", icon: "clock" },
  dead: { tone: "bad", icon: "stop" },
  generating: { tone: "info", icon: "spinner" },
  completed: { tone: "ok", icon: "check" },
  fired: { tone: "ok", icon: "check" },
  missed: { tone: "bad", icon: "cross" },
  skipped_overlap: { tone: "quiet", icon: "skip" },
  failed_to_start: { tone: "bad", icon: "warn" },
  upcoming: { tone: "neutral", icon: "clock" },
  open: { tone: "bad", icon: "breaker" },
  closed: { tone: "ok", icon: "check" },
  half_open: { tone: "warn", icon: "breaker" },
  reuse: { tone: "ok", icon: "check" },
  rerun: { tone: "info", icon: "refresh" },
  new: { tone: "wait", icon: "plus" },
  dropped: { tone: "quiet", icon: "minus" },
  requeued: { tone: "info", icon: "refresh" },
  enabled: { tone: "ok", icon: "check" },
  disabled: { tone: "quiet", icon: "pause" },
  rehearsal: { tone: "wait", icon: "play" },
} as const satisfies Record<string, Look>;

export type KnownState = keyof typeof looks;

export const isKnownState = (state: string): state is KnownState => Object.hasOwn(looks, state);

/** Colour and shape of a state. One that a newer server sends looks neutral. */
export const lookOf = (state: string): Look => (isKnownState(state) ? looks[state] : { tone: "neutral", icon: "dot" });
