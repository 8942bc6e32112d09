import { useAddress } from "../../app/navigation";
import { useI18n } from "../../i18n/I18n";
import { LinkTabs } from "../../ui/LinkTabs";

const pages = [
  ["/embeddings", "embeddings.ingest"],
  ["/embeddings/letters", "embeddings.letters"],
  ["/embeddings/search", "embeddings.search"],
  ["/embeddings/recommendations", "embeddings.recommendations"],
] as const;

export function EmbeddingsNav() {
  const { t } = useI18n();
  const { path } = useAddress();
  return (
    <LinkTabs
      label={t("embeddings.title")}
      tabs={pages.map(([to, label]) => ({ label: t(label), to: { to }, isCurrent: path === to }))}
    />
  );
}
