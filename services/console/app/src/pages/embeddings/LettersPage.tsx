import { useQuery } from "@tanstack/react-query";
import type { LetterSummary } from "../../api/schema";
import { setQuery } from "../../app/navigation";
import type { PageProps, Query } from "../../app/routes";
import { useI18n } from "../../i18n/I18n";
import { Answer } from "../../ui/Answer";
import { Button } from "../../ui/Button";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { PageHeader } from "../../ui/PageHeader";
import { type Column, Table } from "../../ui/Table";
import { Count, Time } from "../../ui/Values";
import { EmbeddingsNav } from "./EmbeddingsNav";
import { GroupCard } from "./GroupCard";
import { type Group, groupsQuery } from "./queries";
import "./embeddings.css";

export function LettersPage({ query }: PageProps<"/embeddings/letters">) {
  const { t } = useI18n();
  const groups = useQuery(groupsQuery);
  const chosen = groupOf(query);
  return (
    <div className="stack">
      <PageHeader title={t("embeddings.letters")} lead={t("embeddings.lettersLead")} />
      <EmbeddingsNav />
      <Card title={t("embeddings.byReason")} isFlush>
        <Answer query={groups}>
          {({ data }) =>
            data.length === 0 ? (
              <Empty icon="check" headingLevel={3} title={t("embeddings.noLetters")} lead={t("embeddings.noLettersLead")} />
            ) : (
              <GroupsTable groups={data} chosen={chosen} />
            )
          }
        </Answer>
      </Card>
      {chosen && <GroupCard key={JSON.stringify(chosen)} group={chosen} isRequeued={query["state"] === "requeued"} />}
    </div>
  );
}

const groupOf = ({ source, step, reason }: Query): Group | null =>
  source !== undefined && step !== undefined && reason !== undefined ? { source, step, reason } : null;

function GroupsTable({ groups, chosen }: { groups: readonly LetterSummary[]; chosen: Group | null }) {
  const { t } = useI18n();
  const isChosen = (one: LetterSummary) =>
    chosen !== null && one.source === chosen.source && one.step_key === chosen.step && one.reason === chosen.reason;
  const open = (one: LetterSummary) =>
    setQuery({ source: one.source, step: one.step_key, reason: one.reason, state: one.dead === 0 ? "requeued" : null });
  const columns: Column<LetterSummary>[] = [
    { key: "reason", label: t("embeddings.reason"), isHeader: true, cell: ({ reason }) => <span className="reason">{reason}</span> },
    { key: "source", label: t("embeddings.source"), isSecondary: true, cell: ({ source }) => source },
    { key: "step", label: t("embeddings.step"), isSecondary: true, cell: ({ step_key }) => step_key },
    { key: "dead", label: t("embeddings.deadNow"), isNumber: true, cell: ({ dead }) => <Count value={dead} /> },
    { key: "requeued", label: t("words.requeued"), isNumber: true, cell: ({ requeued }) => <Count value={requeued} /> },
    { key: "newest", label: t("embeddings.newest"), isNumber: true, isSecondary: true, cell: ({ newest_at }) => <Time at={newest_at} /> },
    {
      key: "open", label: t("embeddings.open"), isLabelHidden: true, isNumber: true, isAction: true,
      cell: (one) => (
        <Button size="small" kind="quiet" aria-pressed={isChosen(one)} onClick={() => open(one)}>
          {t("embeddings.open")}
        </Button>
      ),
    },
  ];
  return (
    <Table
      label={t("embeddings.byReason")} columns={columns} rows={groups} isSelected={isChosen}
      rowKey={({ source, step_key, reason }) => `${source} ${step_key} ${reason}`}
    />
  );
}
