import { useI18n } from "../../i18n/I18n";
import { PageHeader } from "../../ui/PageHeader";

export function ExplanationsPage() {
  const { t } = useI18n();
  return <PageHeader title={t("explanations.title")} lead={t("explanations.lead")} />;
}
