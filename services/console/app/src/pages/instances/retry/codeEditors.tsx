import { CodeEditor, type EditorLanguage } from "../../../editor";
import type { EditorProps, Editors } from "../../../forms";

const editorOf = (language: EditorLanguage) =>
  function Editor({ label, hint, problem, isLabelHidden, isReadOnly, value, onChange }: EditorProps) {
    return (
      <CodeEditor
        label={label}
        hint={hint}
        isLabelHidden={isLabelHidden}
        language={language}
        value={value}
        onChange={isReadOnly ? undefined : onChange}
        problems={problem === undefined ? [] : [{ message: problem }]}
      />
    );
  };

/** What the fields of a step are edited with, by what the runner's schema marks them as. */
export const codeEditors: Editors = {
  sql: editorOf("sql"),
  template: editorOf("jinja"),
  expression: editorOf("jinja"),
  json: editorOf("json"),
};
