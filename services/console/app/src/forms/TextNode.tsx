import { TextField } from "../ui/Field";
import { useForm } from "./context";
import type { NodeProps } from "./node";
import { TextEditor } from "./TextEditor";
import { within } from "./problems";
import { markOf } from "./schema";
import { usePlaceholder } from "./usePlaceholder";
import { textOf } from "./values";

/** A text: on one line, or in the editor of the language that the schema marks. */
export function TextNode({ schema, path, label, value, onChange, isRequired = false, isLabelHidden = false }: NodeProps) {
  const { problems, isReadOnly } = useForm();
  const placeholder = usePlaceholder(schema);
  const mark = markOf(schema);
  const text = textOf(value);
  const isLong = text.includes("\n");
  const change = (typed: string) => onChange(typed === "" && !isRequired ? undefined : typed);
  const field = { label, hint: schema.description, problem: within(problems, path), isRequired, isLabelHidden, placeholder };
  if (mark || isLong) return <TextEditor {...field} kind={mark} value={text} onChange={change} />;
  return <TextField {...field} value={text} onChange={change} readOnly={isReadOnly} autoComplete="off" spellCheck={false} />;
}
