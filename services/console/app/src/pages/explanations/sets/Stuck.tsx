import type { QueueStatusOut } from "../../../api/schema";
import { useMay } from "../../../app/me";
import { useI18n } from "../../../i18n/I18n";
import { Icon } from "../../../ui/Icon";
import { isAtWork } from "../queries";

/** Says so where questions wait and nothing runs that would take them. */
export function Stuck({ queue }: { queue: QueueStatusOut }) {
  const { t } = useI18n();
  const may = useMay("operator");
  const { pending, generating } = queue.queueStatus;
  const count = pending + generating;
  if (count === 0 || isAtWork(queue)) return null;
  return (
    <section className="notice tone--warn" role="status">
      <Icon name="warn" size={18} />
      <div>
        <strong>{t("explanations.stuckTitle", { count })}</strong>
        <p>{may ? t("explanations.stuckLead") : t("explanations.stuckViewer")}</p>
      </div>
    </section>
  );
}
