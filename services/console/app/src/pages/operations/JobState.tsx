import type { ProviderBatchOut } from "../../api/schema";
import { useI18n } from "../../i18n/I18n";
import { Badge } from "../../ui/Badge";
import type { Look } from "../../ui/states";

const looks = {
  planned: { tone: "neutral", icon: "ring" },
  staged: { tone: "neutral", icon: "ring" },
  uploading: { tone: "info", icon: "upload" },
  uploaded: { tone: "info", icon: "upload" },
  submitting: { tone: "info", icon: "upload" },
  submitted: { tone: "wait", icon: "clock" },
  terminal: { tone: "info", icon: "download" },
  downloaded: { tone: "info", icon: "download" },
  ingested: { tone: "ok", icon: "check" },
  abandoned: { tone: "bad", icon: "stop" },
} as const satisfies Record<string, Look>;

const isKnown = (state: string): state is keyof typeof looks => Object.hasOwn(looks, state);

/** How far a job at a provider is. */
export function JobState({ job: { state, provider_status } }: { job: ProviderBatchOut }) {
  const { t } = useI18n();
  if (!isKnown(state)) return <Badge>{state}</Badge>;
  return (
    <Badge {...looks[state]} title={provider_status ?? undefined}>
      {t(`operations.job_${state}`)}
    </Badge>
  );
}
