import type { InstanceDetail, StepOut } from "../../../api/schema";
import { Can } from "../../../app/me";
import { useQueryValue } from "../../../app/navigation";
import { useI18n } from "../../../i18n/I18n";
import type { LiveStatus } from "../../../live/Feed";
import { LiveBadge } from "../../../live/LiveBadge";
import { Badge, StateBadge } from "../../../ui/Badge";
import { Button } from "../../../ui/Button";
import { Link } from "../../../ui/Link";
import { PageHeader } from "../../../ui/PageHeader";
import { lookOf } from "../../../ui/states";
import { Time } from "../../../ui/Values";
import { canRetry, isLive, isOfDraft, shownStatus } from "../data/states";
import { useTriggerWords } from "../../../said/words";
import { RetryDialog } from "../retry/RetryDialog";
import { CancelDialog } from "./CancelDialog";
import { WhyDialog } from "./WhyDialog";

interface InstanceHeaderProps {
  instance: InstanceDetail;
  steps: readonly StepOut[];
  live: LiveStatus;
}

/** What instance this is, how it stands, and what may be done to it. */
export function InstanceHeader({ instance, steps, live }: InstanceHeaderProps) {
  const { t } = useI18n();
  const triggered = useTriggerWords();
  const { id, definition, version } = instance;
  return (
    <PageHeader
      title={`${definition} #${id}`}
      above={<Link to="/instances">{t("instances.title")}</Link>}
      beside={
        <>
          <span role="status">
            <StateBadge state={shownStatus(instance)} />
          </span>
          {instance.rehearsal && <Badge {...lookOf("rehearsal")}>{t("words.rehearsal")}</Badge>}
          {isLive(instance) && <LiveBadge status={live} />}
        </>
      }
      lead={
        <>
          <Link to="/definitions/:name" params={{ name: definition }}>
            {definition}
          </Link>{" "}
          {t(isOfDraft(instance) ? "runs.draftOf" : "instances.version", { version: String(version) })} · {triggered(instance.trigger)} · <Time at={instance.created_at} />
        </>
      }
    >
      <Actions instance={instance} steps={steps} />
    </PageHeader>
  );
}

function Actions({ instance, steps }: Omit<InstanceHeaderProps, "live">) {
  const { t } = useI18n();
  const [open, setOpen] = useQueryValue("do", "");
  const close = () => setOpen("");
  const mayCancel = isLive(instance) && !instance.cancel_requested;
  const failed = steps.find(({ state }) => state === "failed")?.step_key;
  return (
    <>
      {instance.rehearsal && (
        <Link to="/rehearsals/:id" params={{ id: instance.id }} look="button">
          {t("instances.rehearsalReport")}
        </Link>
      )}
      {isLive(instance) && <Button onClick={() => setOpen("why")}>{t("instances.whyButton")}</Button>}
      {canRetry(instance) && (
        <>
          <Can role="operator">
            <Button icon="refresh" onClick={() => setOpen("retry")}>
              {t("instances.retry")}
            </Button>
          </Can>
          <Can role="editor">
            <Link to="/instances/:id/continue" params={{ id: instance.id }} query={{ step: failed }} look="primary">
              {t("instances.fix")}
            </Link>
          </Can>
        </>
      )}
      {mayCancel && (
        <Can role="operator">
          <Button kind="danger" icon="stop" onClick={() => setOpen("cancel")}>
            {t("instances.cancel")}
          </Button>
        </Can>
      )}
      {open === "why" && <WhyDialog instance={instance} onClose={close} />}
      {open === "cancel" && mayCancel && (
        <Can role="operator">
          <CancelDialog instance={instance} onClose={close} />
        </Can>
      )}
      {open === "retry" && canRetry(instance) && (
        <Can role="operator">
          <RetryDialog instance={instance} onClose={close} />
        </Can>
      )}
    </>
  );
}
