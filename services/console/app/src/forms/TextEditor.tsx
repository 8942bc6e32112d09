import type { ControlProps } from "../ui/Field";
import { type EditorKind, useForm } from "./context";

interface TextEditorProps {
  kind: EditorKind | null;
  label: string;
  control: ControlProps;
  value: string;
  onChange: (value: string) => void;
  placeholder: string;
}

/** The editor of a language, or a text area where the page brings none. */
export function TextEditor({ kind, label, control, value, onChange, placeholder }: TextEditorProps) {
  const { editors, isReadOnly } = useForm();
  const Editor = kind && editors[kind];
  if (Editor) {
    return (
      <Editor
        id={control.id}
        label={label}
        value={value}
        onChange={onChange}
        placeholder={placeholder}
        describedBy={control["aria-describedby"]}
        isInvalid={control["aria-invalid"] ?? false}
        isReadOnly={isReadOnly}
      />
    );
  }
  return (
    <textarea
      {...control}
      className="input form__code"
      rows={Math.min(16, Math.max(3, value.split("\n").length))}
      spellCheck={false}
      readOnly={isReadOnly}
      placeholder={placeholder}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
