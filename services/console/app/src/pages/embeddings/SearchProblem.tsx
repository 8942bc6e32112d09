import { useI18n } from "../../i18n/I18n";
import { CodeText } from "../../ui/CodeText";
import { ProblemView } from "../../ui/ProblemView";

/** What a search was refused for, and where the embedding server is what is missing, how it is named. */
export function SearchProblem({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useI18n();
  return (
    <div className="stack">
      <ProblemView error={error} onRetry={onRetry} />
      {error.message.includes("BATCHDAG_GRAPHQL_EMBEDDING_SERVER") && (
        <div className="stack">
          <p>{t("embeddings.startServer")}</p>
          <CodeText
            isBlock
            text={"batchdag embedding-server --model hashing\nBATCHDAG_GRAPHQL_EMBEDDING_SERVER=localhost:50051 batchdag serve"}
          />
        </div>
      )}
    </div>
  );
}
