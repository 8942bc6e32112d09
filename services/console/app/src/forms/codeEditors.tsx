import { CodeEditor, type CodeProblem, type EditorLanguage } from "../editor";
import type { EditorProps, Editors } from "./context";

const editorOf = (language: EditorLanguage) =>
  function Editor(props: EditorProps) {
    return <CodeEditor {...codeField(props)} language={language} />;
  };

/** The editors that the marks of a schema ask for, without words of their own to complete. */
export const codeEditors = {
  sql: editorOf("sql"),
  template: editorOf("jinja"),
  expression: editorOf("jinja"),
  json: editorOf("json"),
} satisfies Editors;

/** What a field of a form is for a code editor: its problem at the line that the server names. */
export function codeField({ label, hint, problem, isLabelHidden, isReadOnly, value, onChange }: EditorProps) {
  return {
    label,
    hint,
    isLabelHidden,
    value,
    problems: problem === undefined ? [] : [codeProblem(problem)],
    ...(!isReadOnly && { onChange }),
  };
}

const LINE = / \(line (\d+)\)$/;

function codeProblem(message: string): CodeProblem {
  const line = LINE.exec(message)?.[1];
  return line === undefined ? { message } : { message: message.replace(LINE, ""), line: Number(line) };
}
