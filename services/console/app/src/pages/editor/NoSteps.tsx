import { useI18n } from "../../i18n/I18n";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Empty";
import { useBench } from "./bench";

export function NoSteps({ onAdd }: { onAdd: () => void }) {
  const { t } = useI18n();
  const { isReadOnly } = useBench();
  return (
    <Empty title={t("editor.emptyTitle")} lead={t("editor.emptyLead")} icon="graph">
      {!isReadOnly && (
        <Button kind="primary" icon="plus" onClick={onAdd}>
          {t("editor.addStep")}
        </Button>
      )}
    </Empty>
  );
}
