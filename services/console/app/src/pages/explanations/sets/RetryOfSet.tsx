import { useQueue } from "../queries";
import { RetryFailed } from "./RetryFailed";

/** Retries what failed in the set of a question that did: the server asks anew by the set. */
export function RetryOfSet({ set }: { set: string }) {
  const { queue } = useQueue(set);
  const failed = queue.data?.queueStatus.failed ?? 0;
  return failed > 0 ? <RetryFailed set={set} count={failed} /> : null;
}
