import { useI18n } from "../../i18n/I18n";
import { PageHeader } from "../../ui/PageHeader";

export function DefinitionsPage() {
  const { t } = useI18n();
  return <PageHeader title={t("definitions.title")} lead={t("definitions.lead")} />;
}
