import { useI18n } from "../../i18n/I18n";
import { SubNav } from "../../ui/SubNav";

export function EmbeddingsNav() {
  const { t } = useI18n();
  return (
    <SubNav
      label={t("embeddings.title")}
      entries={[
        { to: "/embeddings", label: t("embeddings.ingest") },
        { to: "/embeddings/letters", label: t("embeddings.letters") },
        { to: "/embeddings/search", label: t("embeddings.search") },
        { to: "/embeddings/recommendations", label: t("embeddings.recommendations") },
      ]}
    />
  );
}
