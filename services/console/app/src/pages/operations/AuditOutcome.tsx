import { useI18n } from "../../i18n/I18n";
import { Badge } from "../../ui/Badge";
import type { Look } from "../../ui/states";

const looks = {
  begun: { tone: "warn", icon: "clock" },
  done: { tone: "ok", icon: "check" },
  refused: { tone: "warn", icon: "lock" },
  failed: { tone: "bad", icon: "cross" },
} as const satisfies Record<string, Look>;

const isKnown = (outcome: string): outcome is keyof typeof looks => Object.hasOwn(looks, outcome);

export function AuditOutcome({ outcome }: { outcome: string }) {
  const { t } = useI18n();
  if (!isKnown(outcome)) return <Badge>{outcome}</Badge>;
  return <Badge {...looks[outcome]}>{t(`operations.audit_${outcome}`)}</Badge>;
}
