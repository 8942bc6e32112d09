import { useQuery } from "@tanstack/react-query";
import { useId, useMemo } from "react";
import { api, body } from "../../../api/client";
import { keys } from "../../../api/keys";
import { CodeEditor, type Word } from "../../../editor";
import { codeEditors, codeField, type EditorProps, type Editors } from "../../../forms";
import { isJsonObject } from "../../../forms/values";
import { useI18n } from "../../../i18n/I18n";
import { TextField } from "../../../ui/Field";
import { useBench } from "../bench";
import { ancestorsOf } from "../model/steps";

/** The editors that the marks of a runner's schema ask for. */
export const stepEditors: Editors = { sql: SqlEditor, template: TemplateEditor, json: codeEditors.json, prompt: PromptEditor };

const noColumns: readonly string[] = [];

function SqlEditor(props: EditorProps) {
  const ancestors = useAncestors();
  const names = useParamNames();
  const tables = useMemo(() => Object.fromEntries(["items", ...ancestors].map((key) => [key, noColumns])), [ancestors]);
  const words = useMemo(() => names.map((name) => ({ label: name, detail: ":param" })), [names]);
  return <CodeEditor {...codeField(props)} language="sql" tables={tables} words={words} />;
}

function TemplateEditor(props: EditorProps) {
  return <CodeEditor {...codeField(props)} language="jinja" words={useTemplateWords()} />;
}

/** An expression: the words of a template without its braces. */
export function ExpressionEditor(props: EditorProps) {
  return <CodeEditor {...codeField(props)} language="text" minLines={1} words={useTemplateWords()} />;
}

function PromptEditor({ isReadOnly, ...props }: EditorProps) {
  const id = useId();
  const { data } = useQuery({ queryKey: keys.prompts, queryFn: ({ signal }) => body(api.GET("/prompts", { signal })) });
  return (
    <>
      <TextField {...props} list={id} readOnly={isReadOnly} autoComplete="off" spellCheck={false} />
      <datalist id={id}>{data?.data.map(({ key }) => <option key={key} value={key} />)}</datalist>
    </>
  );
}

function useAncestors(): readonly string[] {
  const { draft, selected } = useBench();
  return useMemo(() => (selected === null ? [] : ancestorsOf(draft.steps, selected)), [draft.steps, selected]);
}

function useParamNames(): readonly string[] {
  const { properties } = useBench().draft.params_schema;
  return useMemo(() => (isJsonObject(properties) ? Object.keys(properties) : []), [properties]);
}

function useTemplateWords(): readonly Word[] {
  const { t } = useI18n();
  const [ancestors, params] = [useAncestors(), useParamNames()];
  return useMemo(
    () => [
      { label: "item" },
      { label: "instance.id" },
      ...params.map((name) => ({ label: `params.${name}`, detail: t("editor.runParams") })),
      ...ancestors.map((key) => ({ label: `steps.${key}`, detail: t("editor.step") })),
    ],
    [ancestors, params, t],
  );
}
