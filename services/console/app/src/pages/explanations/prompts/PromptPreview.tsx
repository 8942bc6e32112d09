import type { PromptPreviewOut, PromptRow } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { Card } from "../../../ui/Card";
import { CodeText } from "../../../ui/CodeText";
import { SelectField } from "../../../ui/Field";
import { Icon } from "../../../ui/Icon";
import { Link } from "../../../ui/Link";
import { Loading } from "../../../ui/Loading";
import { ProblemView } from "../../../ui/ProblemView";
import { type Previewed, QUESTIONS, rowCounts } from "./usePreviewed";

/** What the draft would say to real rows. */
export function PromptPreview({ preview }: { preview: Previewed }) {
  const { t } = useI18n();
  const { query, usedBy, source, setSource, rows, setRows } = preview;
  const sources = [...usedBy.map((name) => ({ value: name, label: name })), { value: QUESTIONS, label: t("prompts.previewQuestions") }];
  return (
    <Card title={t("prompts.preview")} aside={query.isFetching && <Icon name="spinner" />}>
      <div className="stack">
        <p className="soft">{t("prompts.previewLead")}</p>
        <div className="versions-choice">
          <SelectField label={t("prompts.previewFrom")} value={source} onChange={setSource} options={sources} />
          <SelectField
            label={t("prompts.previewRows")}
            value={rows}
            onChange={setRows}
            options={rowCounts.map((count) => ({ value: count, label: count }))}
          />
        </div>
        <div className="stack" aria-live="polite" aria-busy={query.isFetching}>
          {query.isLoading && <Loading />}
          {query.error && <ProblemView error={query.error} />}
          {query.data && !query.error && <Rows shown={query.data} />}
        </div>
      </div>
    </Card>
  );
}

function Rows({ shown }: { shown: PromptPreviewOut }) {
  const { t } = useI18n();
  if (shown.rows.length === 0) {
    return (
      <div>
        <strong>{t("prompts.previewNone")}</strong>
        {shown.why_none && <p className="soft">{shown.why_none}</p>}
      </div>
    );
  }
  return (
    <>
      <Whose shown={shown} />
      {shown.rows[0]?.system && <Said label={t("prompts.system")} text={shown.rows[0].system} />}
      {shown.rows.map((row, at) => (
        <RowView key={at} row={row} at={at} />
      ))}
    </>
  );
}

function Whose({ shown: { instance_id: id, step } }: { shown: PromptPreviewOut }) {
  const { t } = useI18n();
  if (id === null) return <p className="faint">{t("prompts.previewTable")}</p>;
  return (
    <Link to="/instances/:id" params={{ id }}>
      {t("prompts.previewInstance", { id, step: step ?? "" })}
    </Link>
  );
}

function RowView({ row, at }: { row: PromptRow; at: number }) {
  const { t } = useI18n();
  return (
    <article className="preview-row" aria-label={t("prompts.previewOf", { at: at + 1 })}>
      <div className="preview-row__head">
        <h3>{t("prompts.previewOf", { at: at + 1 })}</h3>
        <span className="faint">{t("prompts.previewTokens", { count: row.tokens })}</span>
      </div>
      {row.problem && (
        <p className="field__problem">
          <Icon name="alert" size={14} />
          <span>
            {t("prompts.previewFails")}: {row.problem}
          </span>
        </p>
      )}
      {row.prompt && <Said label={t("prompts.body")} text={row.prompt} />}
      <details>
        <summary className="faint">{t("prompts.previewItem")}</summary>
        <CodeText text={JSON.stringify(row.item, null, 2)} isBlock />
      </details>
    </article>
  );
}

function Said({ label, text }: { label: string; text: string }) {
  return (
    <div>
      <div className="faint">{label}</div>
      <CodeText text={text} isBlock />
    </div>
  );
}
