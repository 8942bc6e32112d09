import { CodeEditor } from "../../../editor";
import type { EditorProps, Editors } from "../../../forms";

/** The editors that a schema of params may ask for. */
export const codeEditors: Editors = { sql: SqlEditor, template: TemplateEditor, json: JsonEditor };

function SqlEditor(props: EditorProps) {
  return <CodeEditor {...field(props)} language="sql" />;
}

function TemplateEditor(props: EditorProps) {
  return <CodeEditor {...field(props)} language="jinja" />;
}

function JsonEditor(props: EditorProps) {
  return <CodeEditor {...field(props)} language="json" />;
}

function field({ label, hint, problem, isLabelHidden, isReadOnly, value, onChange }: EditorProps) {
  return {
    label,
    hint,
    isLabelHidden,
    value,
    problems: problem === undefined ? [] : [{ message: problem }],
    ...(!isReadOnly && { onChange }),
  };
}
