import { useState } from "react";
import type { PromptSummary } from "../../api/schema";
import { Can } from "../../app/me";
import { useI18n } from "../../i18n/I18n";
import { Button } from "../../ui/Button";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { Link } from "../../ui/Link";
import { Loading } from "../../ui/Loading";
import { PageHeader } from "../../ui/PageHeader";
import { ProblemView } from "../../ui/ProblemView";
import { type Column, Table } from "../../ui/Table";
import { Count, Time } from "../../ui/Values";
import { AreaNav } from "./AreaNav";
import { NewPromptDialog } from "./prompts/NewPromptDialog";
import { usePrompts } from "./prompts/queries";

export function PromptsPage() {
  const { t } = useI18n();
  const prompts = usePrompts();
  const [isMaking, setIsMaking] = useState(false);
  const rows = prompts.data;
  return (
    <div className="stack">
      <PageHeader title={t("prompts.title")} lead={t("prompts.lead")}>
        <Can role="editor">
          <Button kind="primary" icon="plus" onClick={() => setIsMaking(true)}>
            {t("prompts.make")}
          </Button>
        </Can>
      </PageHeader>
      <AreaNav current="prompts" />
      <Card title={t("prompts.title")} isFlush>
        {prompts.isPending && <Loading />}
        {prompts.error && <ProblemView error={prompts.error} onRetry={() => void prompts.refetch()} />}
        {rows?.length === 0 && <Empty icon="text" title={t("prompts.noneTitle")} lead={t("prompts.noneLead")} />}
        {rows && rows.length > 0 && <PromptsTable prompts={rows} />}
      </Card>
      {isMaking && <NewPromptDialog taken={rows?.map(({ key }) => key) ?? []} onClose={() => setIsMaking(false)} />}
    </div>
  );
}

function PromptsTable({ prompts }: { prompts: readonly PromptSummary[] }) {
  const { t } = useI18n();
  const columns: Column<PromptSummary>[] = [
    { key: "key", label: t("prompts.key"), isHeader: true, cell: (prompt) => <Named prompt={prompt} /> },
    { key: "used", label: t("prompts.usedBy"), cell: ({ used_by: names }) => <UsedBy names={names} /> },
    { key: "version", label: t("prompts.version"), isNumber: true, cell: ({ version }) => <Count value={version} /> },
    { key: "edited", label: t("prompts.edited"), isNumber: true, cell: (prompt) => <Edited prompt={prompt} /> },
  ];
  return <Table label={t("prompts.title")} columns={columns} rows={prompts} rowKey={({ key }) => key} />;
}

const Named = ({ prompt: { key, description } }: { prompt: PromptSummary }) => (
  <>
    <Link to="/explanations/prompts/:name" params={{ name: key }} look="row">
      {key}
    </Link>
    {description && <div className="soft">{description}</div>}
  </>
);

function UsedBy({ names }: { names: readonly string[] }) {
  const { t } = useI18n();
  if (names.length === 0) return <span className="faint">{t("prompts.unused")}</span>;
  return (
    <span className="row">
      {names.map((name) => (
        <Link key={name} to="/definitions/:name" params={{ name }}>
          {name}
        </Link>
      ))}
    </span>
  );
}

function Edited({ prompt }: { prompt: PromptSummary }) {
  const { t } = useI18n();
  return (
    <>
      <Time at={prompt.edited_at} />
      <div className="faint">{t("prompts.by", { name: prompt.edited_by })}</div>
    </>
  );
}
