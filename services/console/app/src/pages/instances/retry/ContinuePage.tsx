import { useI18n } from "../../../i18n/I18n";
import { PageHeader } from "../../../ui/PageHeader";

export function ContinuePage() {
  const { t } = useI18n();
  return <PageHeader title={t("instances.title")} lead={t("instances.lead")} />;
}
