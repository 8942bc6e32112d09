import { useI18n } from "../../i18n/I18n";
import { PageHeader } from "../../ui/PageHeader";

export function RehearsePage() {
  const { t } = useI18n();
  return <PageHeader title={t("runs.title")} lead={t("runs.lead")} />;
}
