import { useI18n } from "../../i18n/I18n";
import { PageHeader } from "../../ui/PageHeader";

export function LettersPage() {
  const { t } = useI18n();
  return <PageHeader title={t("embeddings.title")} lead={t("embeddings.lead")} />;
}
