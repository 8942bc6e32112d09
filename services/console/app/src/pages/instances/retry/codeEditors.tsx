import { CodeEditor, type EditorLanguage } from "../../../editor";
import type { EditorProps, Editors } from "../../../forms";

const editorOf = (language: EditorLanguage) =>
  function Editor({ label, value, onChange, isReadOnly }: EditorProps) {
    return <CodeEditor label={label} isLabelHidden language={language} value={value} onChange={isReadOnly ? undefined : onChange} />;
  };

/** What the fields of a step are edited with, by what the runner's schema marks them as. */
export const codeEditors: Editors = { sql: editorOf("sql"), template: editorOf("jinja"), prompt: editorOf("jinja"), json: editorOf("json") };
