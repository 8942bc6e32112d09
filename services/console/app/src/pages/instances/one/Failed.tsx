import type { InstanceDetail } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { Button } from "../../../ui/Button";
import { StateNotice } from "../../../ui/Notice";
import { errorOf } from "../data/states";

/** What went wrong first, where nobody has to look for it. */
export function Failed({ instance, onOpen }: { instance: InstanceDetail; onOpen: (step: string) => void }) {
  const { t } = useI18n();
  const step = instance.failed_step;
  const error = errorOf(instance);
  if (instance.status === "succeeded" || instance.status === "cancelled" || (!step && !error)) return null;
  return (
    <StateNotice state="failed" title={step ? t("instances.failedStep", { step }) : t("instances.failedAtAll")}>
      {error && <p className="failed-error">{error}</p>}
      {step && (
        <span className="row">
          <Button size="small" onClick={() => onOpen(step)}>
            {t("instances.openStep", { step })}
          </Button>
        </span>
      )}
    </StateNotice>
  );
}
