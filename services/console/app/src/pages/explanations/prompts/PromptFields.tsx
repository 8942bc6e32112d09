import { CodeEditor, type CodeProblem, type Word } from "../../../editor";
import { useI18n } from "../../../i18n/I18n";
import { Card } from "../../../ui/Card";
import { TextField } from "../../../ui/Field";
import type { Draft } from "./draft";

interface PromptFieldsProps {
  draft: Draft;
  problems: Readonly<Record<"system" | "body" | "schema", readonly CodeProblem[]>>;
  words: readonly Word[];
  /** Left out: it can only be read. */
  onChange: ((draft: Draft) => void) | undefined;
}

export function PromptFields({ draft, problems, words, onChange }: PromptFieldsProps) {
  const { t } = useI18n();
  const set = (field: keyof Draft) => onChange && ((text: string) => onChange({ ...draft, [field]: text }));
  return (
    <Card title={t("prompts.tabEdit")}>
      <div className="stack">
        <TextField
          label={t("prompts.description")}
          value={draft.description}
          readOnly={onChange === undefined}
          onChange={set("description") ?? (() => undefined)}
        />
        <CodeEditor
          label={t("prompts.system")}
          hint={t("prompts.systemHint")}
          language="jinja"
          value={draft.system}
          onChange={set("system")}
          problems={problems.system}
          minLines={3}
          maxLines={14}
        />
        <CodeEditor
          label={t("prompts.body")}
          hint={t("prompts.bodyHint")}
          language="jinja"
          value={draft.body}
          onChange={set("body")}
          problems={problems.body}
          words={words}
          minLines={6}
        />
        <CodeEditor
          label={t("prompts.schema")}
          hint={t("prompts.schemaHint")}
          language="json"
          value={draft.schema}
          onChange={set("schema")}
          problems={problems.schema}
          minLines={3}
          maxLines={16}
        />
      </div>
    </Card>
  );
}
