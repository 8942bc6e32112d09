import { useQuery } from "@tanstack/react-query";
import type { CollectionOut } from "../../api/schema";
import { useI18n } from "../../i18n/I18n";
import { Answer } from "../../ui/Answer";
import { Badge } from "../../ui/Badge";
import { Card } from "../../ui/Card";
import { CodeText } from "../../ui/CodeText";
import { Empty } from "../../ui/Empty";
import { Link } from "../../ui/Link";
import { type Column, Table } from "../../ui/Table";
import { Count, Time } from "../../ui/Values";
import { collectionsQuery } from "./queries";

const EXAMPLE = `insert into embedding_collection (name, rows_table, embeddings_table)
values ('job_posting', 'job_posting', 'job_posting_embedding');`;

export function CollectionsCard() {
  const { t } = useI18n();
  const query = useQuery(collectionsQuery);
  return (
    <Card title={t("embeddings.collections")} isFlush>
      <Answer query={query}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty icon="vectors" headingLevel={3} title={t("embeddings.noCollections")} lead={t("embeddings.noCollectionsLead")}>
              <CodeText isBlock text={EXAMPLE} />
            </Empty>
          ) : (
            <CollectionsTable collections={data} />
          )
        }
      </Answer>
    </Card>
  );
}

function CollectionsTable({ collections }: { collections: readonly CollectionOut[] }) {
  const { t, format } = useI18n();
  const columns: Column<CollectionOut>[] = [
    {
      key: "name", label: t("embeddings.collection"), isHeader: true,
      cell: ({ name, description, enabled }) => (
        <>
          <Link look="row" to="/embeddings/search" query={{ collection: name }}>
            {name}
          </Link>
          {!enabled && <Badge tone="quiet" icon="pause">{t("words.disabled")}</Badge>}
          {description && <div className="faint">{description}</div>}
        </>
      ),
    },
    { key: "model", label: t("embeddings.model"), cell: ({ model }) => model ?? "–" },
    { key: "dimensions", label: t("embeddings.dimensions"), isNumber: true, cell: ({ type, dimensions }) => (dimensions === null ? "–" : `${type ?? ""}(${dimensions})`) },
    {
      key: "rows", label: t("embeddings.rows"), isNumber: true,
      cell: ({ rows, is_estimate }) => (rows !== null && is_estimate ? <span title={t("embeddings.estimate")}>≈ {format.count(rows)}</span> : <Count value={rows} />),
    },
    { key: "index", label: t("embeddings.index"), cell: (one) => <Index collection={one} /> },
    { key: "generation", label: t("embeddings.generation"), isNumber: true, isSecondary: true, cell: ({ generation }) => <Count value={generation} /> },
    { key: "changed", label: t("embeddings.changed"), isNumber: true, isSecondary: true, cell: ({ changed_at }) => <Time at={changed_at} /> },
  ];
  return <Table label={t("embeddings.collections")} columns={columns} rows={collections} rowKey={({ name }) => name} />;
}

function Index({ collection: { index_method, index_is_valid, index_name } }: { collection: CollectionOut }) {
  const { t } = useI18n();
  if (index_method === null) return <span className="faint">{t("embeddings.noIndex")}</span>;
  if (index_is_valid === false)
    return (
      <Badge tone="bad" icon="alert" title={index_name ?? undefined}>
        {t("embeddings.indexInvalid")}
      </Badge>
    );
  return <span title={index_name ?? undefined}>{index_method}</span>;
}
