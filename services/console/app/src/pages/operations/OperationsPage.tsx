import { useI18n } from "../../i18n/I18n";
import { PageHeader } from "../../ui/PageHeader";

export function OperationsPage() {
  const { t } = useI18n();
  return <PageHeader title={t("operations.title")} lead={t("operations.lead")} />;
}
