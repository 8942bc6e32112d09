import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { Problem } from "../../api/problem";
import { useI18n } from "../../i18n/I18n";
import { Answer } from "../../ui/Answer";
import { CodeText } from "../../ui/CodeText";
import { Empty } from "../../ui/Empty";
import { Link } from "../../ui/Link";
import { type Served, servedQuery } from "./searching";

/** Shows a page that searches, or says what is missing for it. */
export function WhenSearchable({ children }: { children: (served: readonly Served[]) => ReactNode }) {
  const { t } = useI18n();
  const query = useQuery(servedQuery);
  if (query.error instanceof Problem && query.error.status === 404) {
    return (
      <Empty icon="search" title={t("embeddings.notInstalled")} lead={t("embeddings.notInstalledLead")}>
        <CodeText isBlock text="pip install 'batchdag[graphql,embeddings]'" />
      </Empty>
    );
  }
  return (
    <Answer query={query}>
      {(served) =>
        served.length === 0 ? (
          <Empty icon="vectors" title={t("embeddings.noCollections")} lead={t("embeddings.noCollectionsLead")}>
            <Link to="/embeddings" look="button">
              {t("embeddings.ingest")}
            </Link>
          </Empty>
        ) : (
          children(served)
        )
      }
    </Answer>
  );
}
