import { useQuery } from "@tanstack/react-query";
import { setQuery } from "../../app/navigation";
import type { PageProps, Query } from "../../app/routes";
import { useI18n } from "../../i18n/I18n";
import { Answer } from "../../ui/Answer";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { SelectField } from "../../ui/Field";
import { PageHeader } from "../../ui/PageHeader";
import { EmbeddingsNav } from "./EmbeddingsNav";
import { Matches } from "./Matches";
import { RowPicker } from "./RowPicker";
import { titleOf } from "./rowWords";
import { recommendationsQuery, type Served } from "./searching";
import { WhenSearchable } from "./WhenSearchable";
import "./embeddings.css";

export function RecommendationsPage({ query }: PageProps<"/embeddings/recommendations">) {
  const { t } = useI18n();
  return (
    <div className="stack">
      <PageHeader title={t("embeddings.recommendations")} lead={t("embeddings.recommendationsLead")} />
      <EmbeddingsNav />
      <WhenSearchable>{(served) => <Recommending served={served} query={query} />}</WhenSearchable>
    </div>
  );
}

const PEOPLE = /candidate|user|person|people/;

function Recommending({ served, query }: { served: readonly Served[]; query: Query }) {
  const { t } = useI18n();
  const names = served.map(({ name }) => name);
  const of = names.find((name) => name === query["of"]) ?? names.find((name) => PEOPLE.test(name)) ?? names[0] ?? "";
  const from = names.find((name) => name === query["from"]) ?? names.find((name) => name !== of) ?? of;
  const id = query["id"] ?? null;
  const options = names.map((name) => ({ value: name, label: name }));
  return (
    <>
      <div className="row-choices">
        <SelectField label={t("embeddings.forWhom")} value={of} onChange={(value) => setQuery({ of: value, id: null })} options={options} />
        <SelectField label={t("embeddings.fromWhat")} value={from} onChange={(value) => setQuery({ from: value })} options={options} />
      </div>
      <div className="beside">
        <RowPicker collection={of} chosen={id} />
        {id === null ? (
          <Empty icon="user" title={t("embeddings.chooseRow")} lead={t("embeddings.chooseRowLead")} />
        ) : (
          <Recommended of={of} id={id} from={from} />
        )}
      </div>
    </>
  );
}

function Recommended({ of, id, from }: { of: string; id: string; from: string }) {
  const { t } = useI18n();
  const query = useQuery(recommendationsQuery(of, id, from));
  if (query.data === null) return <Empty icon="search" title={t("embeddings.noSuchRow", { id })} lead={t("embeddings.chooseRowLead")} />;
  return (
    <Answer query={query}>
      {(row) => {
        if (row === null) return null;
        const title = t("embeddings.recommendedFor", { name: titleOf(row) });
        return (
          <Card title={title} isFlush>
            {row.recommendations.length === 0 ? (
              <Empty icon="vectors" headingLevel={3} title={t("embeddings.nothingFound")} lead={t("embeddings.noVector")} />
            ) : (
              <Matches label={title} collection={from} matches={row.recommendations} />
            )}
          </Card>
        );
      }}
    </Answer>
  );
}
