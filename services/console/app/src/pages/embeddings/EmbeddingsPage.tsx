import { useQuery } from "@tanstack/react-query";
import { useI18n } from "../../i18n/I18n";
import { Answer } from "../../ui/Answer";
import { Empty } from "../../ui/Empty";
import { Link } from "../../ui/Link";
import { PageHeader } from "../../ui/PageHeader";
import { CollectionsCard } from "./CollectionsCard";
import { EmbeddingsNav } from "./EmbeddingsNav";
import { PassCard } from "./PassCard";
import { passesQuery } from "./queries";
import "./embeddings.css";

export function EmbeddingsPage() {
  const { t } = useI18n();
  const query = useQuery(passesQuery);
  return (
    <div className="stack">
      <PageHeader title={t("embeddings.title")} lead={t("embeddings.lead")} />
      <EmbeddingsNav />
      <Answer query={query}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty icon="vectors" title={t("embeddings.noPasses")} lead={t("embeddings.noPassesLead")}>
              <Link to="/definitions" look="button">
                {t("app.toDefinitions")}
              </Link>
            </Empty>
          ) : (
            <div className="passes">
              {data.map((pass) => (
                <PassCard key={pass.stream} pass={pass} />
              ))}
            </div>
          )
        }
      </Answer>
      <CollectionsCard />
    </div>
  );
}
