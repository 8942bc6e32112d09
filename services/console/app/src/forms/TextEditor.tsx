import { TextArea } from "../ui/Field";
import { type EditorKind, type EditorProps, useForm } from "./context";

interface TextEditorProps extends Omit<EditorProps, "isReadOnly"> {
  kind: EditorKind | null;
}

/** The editor of a language, or a text area where the page brings none. */
export function TextEditor({ kind, ...field }: TextEditorProps) {
  const { editors, isReadOnly } = useForm();
  const Editor = kind && editors[kind];
  if (Editor) return <Editor {...field} isReadOnly={isReadOnly} />;
  const rows = Math.min(16, Math.max(3, field.value.split("\n").length));
  return <TextArea {...field} rows={rows} spellCheck={false} readOnly={isReadOnly} />;
}
