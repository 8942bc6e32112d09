import type { Run } from "./Sparkline";

const LEAST = 4;

/** How high each run stands. By the root of its time, so that one long run does not flatten all others. */
export function sparkBars(runs: readonly Run[], height: number): { run: Run; height: number }[] {
  const longest = Math.max(...runs.map(({ duration }) => duration ?? 0), 0);
  return runs.map((run) => {
    const share = longest > 0 ? Math.sqrt((run.duration ?? longest) / longest) : 1;
    return { run, height: Math.max(LEAST, Math.round(share * height)) };
  });
}
