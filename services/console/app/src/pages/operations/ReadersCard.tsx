import { useQuery } from "@tanstack/react-query";
import type { CacheReaderOut } from "../../api/schema";
import { useI18n } from "../../i18n/I18n";
import { Answer } from "../../ui/Answer";
import { Badge } from "../../ui/Badge";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { type Column, Table } from "../../ui/Table";
import { Time } from "../../ui/Values";
import { readersQuery } from "./queries";

/** Servers that keep what they have read of collections, and whether they know of every change. */
export function ReadersCard() {
  const { t } = useI18n();
  const query = useQuery(readersQuery);
  return (
    <Card title={t("operations.readers")} isFlush>
      <Answer query={query}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty icon="info" headingLevel={3} title={t("operations.noReaders")} lead={t("operations.noReadersLead")} />
          ) : (
            <ReadersTable readers={data} />
          )
        }
      </Answer>
    </Card>
  );
}

function ReadersTable({ readers }: { readers: readonly CacheReaderOut[] }) {
  const { t } = useI18n();
  const columns: Column<CacheReaderOut>[] = [
    { key: "name", label: t("operations.server"), isHeader: true, cell: ({ name }) => <span className="name">{name}</span> },
    { key: "address", label: t("operations.address"), isSecondary: true, cell: ({ address }) => address },
    { key: "state", label: t("operations.state"), cell: (reader) => <Knowing reader={reader} /> },
    { key: "seen", label: t("operations.seen"), isNumber: true, cell: ({ seen_at }) => <Time at={seen_at} /> },
  ];
  return <Table label={t("operations.readers")} columns={columns} rows={readers} rowKey={({ name }) => name} />;
}

function Knowing({ reader: { behind, error } }: { reader: CacheReaderOut }) {
  const { t } = useI18n();
  if (behind === 0)
    return (
      <Badge tone="ok" icon="check">
        {t("operations.upToDate")}
      </Badge>
    );
  return (
    <>
      <Badge tone="warn" icon="clock">
        {t("operations.behind", { count: behind })}
      </Badge>
      {error && <div className="soft breaker__reason">{error}</div>}
    </>
  );
}
