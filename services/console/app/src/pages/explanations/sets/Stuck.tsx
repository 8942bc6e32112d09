import type { EndedOut, SetQueueOut } from "../../../api/schema";
import { useMay } from "../../../app/me";
import { useI18n } from "../../../i18n/I18n";
import { StateBadge } from "../../../ui/Badge";
import { Icon } from "../../../ui/Icon";
import { Link } from "../../../ui/Link";
import { isAtWork } from "../queries";

/** Says so where questions wait and nothing runs that would take them, and why the last that did has stopped. */
export function Stuck({ queue }: { queue: SetQueueOut }) {
  const { t } = useI18n();
  const may = useMay("operator");
  const { pending, generating } = queue.queueStatus;
  const count = pending + generating;
  if (count === 0 || isAtWork(queue)) return null;
  return (
    <section className="set-notice tone--warn" role="status">
      <Icon name="warn" size={18} />
      <div>
        <strong>{t("explanations.stuckTitle", { count })}</strong>
        {queue.last_ended && <LastEnded ended={queue.last_ended} />}
        <p>{may ? t("explanations.stuckLead") : t("explanations.stuckViewer")}</p>
      </div>
    </section>
  );
}

function LastEnded({ ended }: { ended: EndedOut }) {
  return (
    <p>
      <Link to="/instances/:id" params={{ id: ended.instance_id }}>
        {ended.definition} #{ended.instance_id}
      </Link>{" "}
      <StateBadge state={ended.status} /> {ended.error}
    </p>
  );
}
