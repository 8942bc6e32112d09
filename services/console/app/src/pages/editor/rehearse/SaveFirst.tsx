import { useI18n } from "../../../i18n/I18n";
import { ConfirmDialog } from "../../../ui/Dialog";
import { useBench } from "../bench";

/** A rehearsal stands beside what is saved. What never was is saved first: switched off, so that only people start it. */
export function SaveFirst({ onSave, onClose }: { onSave: () => void; onClose: () => void }) {
  const { t } = useI18n();
  const { edit } = useBench();
  const switchOff = () => {
    edit((draft) => ({ ...draft, enabled: false }), "enabled");
    onSave();
  };
  return (
    <ConfirmDialog title={t("editor.saveFirst")} confirm={t("editor.saveFirstButton")} onConfirm={switchOff} onClose={onClose}>
      <p>{t("editor.saveFirstLead")}</p>
    </ConfirmDialog>
  );
}
