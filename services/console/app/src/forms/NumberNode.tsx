import { useState } from "react";
import { TextField } from "../ui/Field";
import { useForm } from "./context";
import type { NodeProps } from "./node";
import { within } from "./problems";
import { usePlaceholder } from "./usePlaceholder";
import { numberOf, textOf } from "./values";

/** A number, or a template that gives one. What is typed is kept as typed: `1.0` does not become `1` under the hand. */
export function NumberNode({ schema, path, label, value, onChange, isRequired = false, isLabelHidden = false }: NodeProps) {
  const { problems, isReadOnly } = useForm();
  const placeholder = usePlaceholder(schema);
  const [typed, setTyped] = useState("");
  const isAsTyped = numberOf(typed) === (value ?? undefined);
  return (
    <TextField
      label={label}
      hint={schema.description}
      problem={within(problems, path)}
      isRequired={isRequired}
      isLabelHidden={isLabelHidden}
      inputMode="decimal"
      autoComplete="off"
      readOnly={isReadOnly}
      placeholder={placeholder}
      value={isAsTyped ? typed : textOf(value)}
      onChange={(text) => {
        setTyped(text);
        onChange(numberOf(text));
      }}
    />
  );
}
