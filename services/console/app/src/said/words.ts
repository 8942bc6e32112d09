import { useI18n } from "../i18n/I18n";

const triggers = ["manual", "sql", "cron", "http"] as const;
type Trigger = (typeof triggers)[number];

/** What set an instance off; one that a newer server sends is shown as it is. */
export function useTriggerWords(): (trigger: string) => string {
  const { t } = useI18n();
  return (trigger) => (triggers.includes(trigger as Trigger) ? t(`words.${trigger as Trigger}`) : trigger);
}

const reasons = [
  "spread", "lease_expired", "handed_back", "condition_unmet", "parents_skipped", "upstream_failed", "attempts_exhausted",
  "expression_failed", "lost_worker", "result_too_large", "result_not_json", "cancelled", "stopped", "tolerance_exceeded",
  "earlier_attempt", "transient", "timeout", "rate_limited", "unexpected", "invalid", "data", "budget",
] as const;
type Reason = (typeof reasons)[number];
const isReason = (reason: string): reason is Reason => reasons.includes(reason as Reason);

/** Why a step stands as it does, in words: `retrying: transient` and `snoozed: the job runs` say more behind the colon. */
export function useReasonWords(): (reason: string | null) => string | null {
  const { t } = useI18n();
  const one = (reason: string) => (isReason(reason) ? t(`steps.${reason}`) : reason);
  return (reason) => {
    if (!reason) return null;
    const [kind = "", more = ""] = reason.split(/: (.*)/s);
    if (kind === "retrying") return t("steps.retrying", { why: one(more) });
    if (kind === "snoozed") return more ? t("steps.snoozed", { why: more }) : t("words.snoozed");
    return one(reason);
  };
}
