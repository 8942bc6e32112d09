import { Field } from "../ui/Field";
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
  return (
    <Field label={label} hint={schema.description} problem={within(problems, path)} isRequired={isRequired} isLabelHidden={isLabelHidden}>
      {(control) =>
        mark || isLong ? (
          <TextEditor kind={mark} label={label} control={control} value={text} onChange={change} placeholder={placeholder} />
        ) : (
          <input
            {...control}
            className="input"
            value={text}
            readOnly={isReadOnly}
            placeholder={placeholder}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => change(event.target.value)}
          />
        )
      }
    </Field>
  );
}
