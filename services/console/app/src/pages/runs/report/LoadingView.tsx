import type { LoadingOut } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { CodeText } from "../../../ui/CodeText";
import { type Fact, Facts } from "../../../ui/Facts";
import { Notice } from "../../../ui/Notice";
import { Table } from "../../../ui/Table";
import { Count } from "../../../ui/Values";

/** What a load would write, where each column comes from, and what became of the rows that were tried. */
export function LoadingView({ loading }: { loading: LoadingOut }) {
  const { t } = useI18n();
  const facts: readonly Fact[] = [
    { name: t("runs.table"), value: <CodeText text={loading.table} /> },
    { name: t("runs.mode"), value: loading.creates ? t("runs.creates", { mode: loading.mode }) : loading.mode },
    { name: t("runs.rows"), value: <Count value={loading.rows} /> },
    { name: t("runs.rowsTried"), value: <Count value={loading.tried} /> },
    { name: t("runs.inserted"), value: <Count value={loading.inserted} /> },
    { name: t("runs.updated"), value: <Count value={loading.updated} /> },
    { name: t("runs.unchanged"), value: <Count value={loading.unchanged} /> },
    { name: t("runs.refusedRows"), value: <Count value={loading.refused} /> },
  ];
  return (
    <>
      <Facts facts={facts} />
      {loading.reasons.length > 0 && (
        <Notice tone="bad" icon="cross" title={t("runs.rowsRefused")}>
          <ul className="remarks">
            {loading.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </Notice>
      )}
      {loading.columns.length > 0 && (
        <details className="run-more">
          <summary>{t("runs.columns", { count: loading.columns.length })}</summary>
          <Table
            label={t("runs.columns", { count: loading.columns.length })}
            rows={loading.columns}
            rowKey={({ column }) => column}
            columns={[
              { key: "column", label: t("runs.column"), isHeader: true, cell: ({ column }) => column },
              { key: "field", label: t("runs.field"), cell: ({ field }) => field },
              { key: "type", label: t("runs.type"), cell: ({ type }) => type },
            ]}
          />
        </details>
      )}
    </>
  );
}
