/** Why an instant of a cron was not fired as it came: by the code of the API. */
export const fires = {
  overlapped: "Instance {instance_id} had not ended.",
  not_fired: "Nobody fired it when it was due.",
  not_the_latest: "Nobody fired it when it was due, and only the latest is made up for.",
  backfilled: "Fired by hand, afterwards.",
  backfilled_after: "Fired by hand, afterwards. Before: {outcome}.",
  nobody_looked: "Its time is past, and no scheduler has looked since. Start one with batchdag worker.",
} as const;
