import type { Problem } from "../../../api/problem";
import { useI18n } from "../../../i18n/I18n";
import { Button } from "../../../ui/Button";
import { Notice } from "../../../ui/Notice";

/** Somebody else has saved meanwhile: nothing was overwritten, nothing is lost. */
export function Moved({ problem, onTakeOver }: { problem: Problem; onTakeOver: () => void }) {
  const { t } = useI18n();
  const found = String(problem.more["found"] ?? "?");
  return (
    <div role="alert">
      <Notice tone="warn" icon="warn" title={t("retry.moved", { found })}>
        <p>{t("retry.movedLead")}</p>
        <span className="row">
          <Button onClick={onTakeOver}>{t("retry.takeOver", { found })}</Button>
        </span>
      </Notice>
    </div>
  );
}
