import { useQuery } from "@tanstack/react-query";
import type { PageProps, Query } from "../../app/routes";
import { useI18n } from "../../i18n/I18n";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { Loading } from "../../ui/Loading";
import { PageHeader } from "../../ui/PageHeader";
import { EmbeddingsNav } from "./EmbeddingsNav";
import { readFilters } from "./filters";
import { Matches } from "./Matches";
import { SearchForm } from "./SearchForm";
import { SearchProblem } from "./SearchProblem";
import { type By, type Served, searchQuery, type Wanted } from "./searching";
import { WhenSearchable } from "./WhenSearchable";
import "./embeddings.css";

export function SearchPage({ query }: PageProps<"/embeddings/search">) {
  const { t } = useI18n();
  return (
    <div className="stack">
      <PageHeader title={t("embeddings.search")} lead={t("embeddings.searchLead")} />
      <EmbeddingsNav />
      <WhenSearchable>{(served) => <Searching served={served} query={query} />}</WhenSearchable>
    </div>
  );
}

function Searching({ served, query }: { served: readonly Served[]; query: Query }) {
  const wanted = wantedBy(query, served);
  return (
    <>
      <SearchForm key={query["like"] ?? ""} served={served} wanted={wanted} />
      {wanted.by === null ? <NothingAsked /> : <Found wanted={{ ...wanted, by: wanted.by }} />}
    </>
  );
}

export type Draft = Omit<Wanted, "by"> & { by: By | null };

function wantedBy(query: Query, served: readonly Served[]): Draft {
  const named = served.find(({ name }) => name === query["collection"]) ?? served.find(({ name }) => name.includes("posting")) ?? served[0];
  const first = Number(query["first"]);
  return {
    collection: named?.name ?? "",
    by: query["like"] ? { id: query["like"] } : query["q"] ? { text: query["q"] } : null,
    first: Number.isInteger(first) && first >= 1 && first <= 200 ? first : 10,
    isExact: query["exact"] === "true",
    distance: query["distance"] === "L2" ? "L2" : "COSINE",
    filters: readFilters(query["where"]),
  };
}

function NothingAsked() {
  const { t } = useI18n();
  return <Empty icon="search" title={t("embeddings.askSomething")} lead={t("embeddings.askSomethingLead")} />;
}

function Found({ wanted }: { wanted: Wanted }) {
  const { t } = useI18n();
  const query = useQuery(searchQuery(wanted));
  const title = "id" in wanted.by ? t("embeddings.like", { id: wanted.by.id }) : t("embeddings.nearest");
  if (query.error) return <SearchProblem error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <Card title={title} isFlush aside={query.data && <span role="status">{t("embeddings.found", { count: query.data.length })}</span>}>
      {query.data === undefined && <Loading />}
      {query.data?.length === 0 && <Empty icon="search" headingLevel={3} title={t("embeddings.nothingFound")} lead={t("embeddings.nothingFoundLead")} />}
      {query.data && query.data.length > 0 && <Matches label={title} collection={wanted.collection} matches={query.data} />}
    </Card>
  );
}
