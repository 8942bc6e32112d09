import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { AuditOut } from "../../api/schema";
import { setQuery } from "../../app/navigation";
import type { Query } from "../../app/routes";
import { useI18n } from "../../i18n/I18n";
import { Answer } from "../../ui/Answer";
import { Button } from "../../ui/Button";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { TextField } from "../../ui/Field";
import { MoreButton } from "../../ui/MoreButton";
import { type Column, Table } from "../../ui/Table";
import { Time } from "../../ui/Values";
import { AuditDialog } from "./AuditDialog";
import { AuditOutcome } from "./AuditOutcome";
import { auditQuery } from "./queries";
import "./operations.css";

/** Every change that was asked for: who, from where, what, and what became of it. */
export function AuditTab({ query }: { query: Query }) {
  const { t } = useI18n();
  const [actor, action] = [query["actor"] ?? "", query["action"] ?? ""];
  const entries = useInfiniteQuery(auditQuery(actor, action));
  const [opened, setOpened] = useState<AuditOut | null>(null);
  return (
    <>
      <AuditFilter actor={actor} action={action} />
      <Card title={t("operations.audit")} isFlush>
        <Answer query={entries}>
          {({ pages }) => {
            const rows = pages.flatMap(({ data }) => data);
            if (rows.length === 0) return <Empty icon="filter" headingLevel={3} title={t("operations.noAudit")} lead={t("operations.noAuditLead")} />;
            return <AuditTable entries={rows} onOpen={setOpened} />;
          }}
        </Answer>
        <MoreButton query={entries} />
      </Card>
      {opened && <AuditDialog entry={opened} onClose={() => setOpened(null)} />}
    </>
  );
}

function AuditFilter({ actor, action }: { actor: string; action: string }) {
  const { t } = useI18n();
  const [draft, setDraft] = useState({ actor, action });
  return (
    <form
      className="tools"
      onSubmit={(event) => {
        event.preventDefault();
        setQuery({ actor: draft.actor.trim(), action: draft.action.trim() });
      }}
    >
      <TextField label={t("operations.actor")} value={draft.actor} maxLength={100} onChange={(value) => setDraft({ ...draft, actor: value })} />
      <TextField
        label={t("operations.action")} value={draft.action} maxLength={100} placeholder="definition.run"
        onChange={(value) => setDraft({ ...draft, action: value })}
      />
      <Button type="submit" icon="filter">
        {t("operations.filter")}
      </Button>
    </form>
  );
}

function AuditTable({ entries, onOpen }: { entries: readonly AuditOut[]; onOpen: (entry: AuditOut) => void }) {
  const { t } = useI18n();
  const columns: Column<AuditOut>[] = [
    {
      key: "actor", label: t("operations.actor"), isHeader: true,
      cell: ({ actor, at }) => (
        <>
          {actor}
          <div className="faint">
            <Time at={at} />
          </div>
        </>
      ),
    },
    {
      key: "action", label: t("operations.action"),
      cell: ({ action, subject }) => (
        <>
          <code>{action}</code>
          <div className="name">{subject}</div>
        </>
      ),
    },
    { key: "outcome", label: t("operations.outcome"), cell: ({ outcome }) => <AuditOutcome outcome={outcome} /> },
    { key: "client", label: t("operations.client"), isSecondary: true, cell: ({ client }) => client },
    {
      key: "open", label: t("operations.showChange"), isLabelHidden: true, isNumber: true, isAction: true,
      cell: (entry) => (
        <Button size="small" kind="quiet" onClick={() => onOpen(entry)}>
          {t("operations.showChange")}
        </Button>
      ),
    },
  ];
  return <Table label={t("operations.audit")} columns={columns} rows={entries} rowKey={({ id }) => id} />;
}
