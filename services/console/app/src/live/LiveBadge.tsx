import { useI18n } from "../i18n/I18n";
import { Badge } from "../ui/Badge";
import type { Look } from "../ui/states";
import type { LiveStatus } from "./Feed";

const looks: Record<LiveStatus, Look> = {
  connecting: { tone: "neutral", icon: "spinner" },
  live: { tone: "ok", icon: "pulse" },
  polling: { tone: "warn", icon: "refresh" },
  offline: { tone: "bad", icon: "alert" },
};

/** Says how fresh a page is. */
export function LiveBadge({ status }: { status: LiveStatus }) {
  const { t } = useI18n();
  return (
    <span role="status">
      <Badge {...looks[status]} title={t(`ui.${status}Title`)}>
        {t(`ui.${status}`)}
      </Badge>
    </span>
  );
}
