import { useState } from "react";
import type { PromptVersion } from "../../../api/schema";
import { Can } from "../../../app/me";
import { useI18n } from "../../../i18n/I18n";
import { Card } from "../../../ui/Card";
import { Loading } from "../../../ui/Loading";
import { ProblemView } from "../../../ui/ProblemView";
import { SelectField } from "../../../ui/Field";
import { type Column, Table } from "../../../ui/Table";
import { Time } from "../../../ui/Values";
import { draftOf } from "./draft";
import { DraftDiff } from "./DraftDiff";
import { usePromptVersion, usePromptVersions } from "./queries";
import { Restore } from "./Restore";

/** The history of a prompt: what two versions differ in, and the way back. */
export function PromptVersions({ name }: { name: string }) {
  const { t } = useI18n();
  const versions = usePromptVersions(name);
  if (versions.isPending) return <Loading />;
  if (versions.error) return <ProblemView error={versions.error} onRetry={() => void versions.refetch()} />;
  const newestFirst = [...versions.data].reverse();
  return (
    <div className="stack">
      <Compared name={name} versions={newestFirst} />
      <Card title={t("prompts.tabVersions")} isFlush>
        <VersionsTable name={name} versions={newestFirst} />
      </Card>
    </div>
  );
}

function Compared({ name, versions }: { name: string; versions: readonly PromptVersion[] }) {
  const { t } = useI18n();
  const newest = versions[0]?.version ?? 1;
  const [from, setFrom] = useState<string | null>(null);
  const [to, setTo] = useState<string | null>(null);
  const before = from ?? String(versions[1]?.version ?? newest);
  const after = to ?? String(newest);
  if (versions.length < 2) return <p className="soft">{t("prompts.oneVersion")}</p>;
  const options = versions.map(({ version }) => ({
    value: String(version),
    label: version === newest ? t("prompts.current", { version }) : String(version),
  }));
  return (
    <Card title={t("prompts.compare")}>
      <div className="stack">
        <div className="versions-choice">
          <SelectField label={t("prompts.from")} value={before} onChange={setFrom} options={options} />
          <SelectField label={t("prompts.to")} value={after} onChange={setTo} options={options} />
        </div>
        <Difference name={name} before={Number(before)} after={Number(after)} />
      </div>
    </Card>
  );
}

function Difference({ name, before, after }: { name: string; before: number; after: number }) {
  const [old, now] = [usePromptVersion(name, before), usePromptVersion(name, after)];
  const error = old.error ?? now.error;
  if (error) return <ProblemView error={error} />;
  if (!old.data || !now.data) return <Loading />;
  return <DraftDiff before={draftOf(old.data)} after={draftOf(now.data)} />;
}

function VersionsTable({ name, versions }: { name: string; versions: readonly PromptVersion[] }) {
  const { t } = useI18n();
  const newest = versions[0]?.version ?? 0;
  const columns: Column<PromptVersion>[] = [
    { key: "version", label: t("prompts.version"), isHeader: true, cell: ({ version }) => (version === newest ? t("prompts.current", { version }) : version) },
    { key: "by", label: t("prompts.edited"), cell: ({ edited_by: by, client }) => `${by} (${client})` },
    { key: "at", label: t("prompts.edited"), isNumber: true, isLabelHidden: true, cell: ({ edited_at: at }) => <Time at={at} /> },
    {
      key: "restore",
      label: t("prompts.restore", { version: "" }),
      isLabelHidden: true,
      isNumber: true,
      isAction: true,
      cell: ({ version }) =>
        version !== newest && (
          <Can role="editor">
            <Restore name={name} version={version} newest={newest} />
          </Can>
        ),
    },
  ];
  return <Table label={t("prompts.tabVersions")} columns={columns} rows={versions} rowKey={({ version }) => version} />;
}
