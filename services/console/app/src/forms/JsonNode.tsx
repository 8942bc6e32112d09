import { useEffect, useState } from "react";
import { useI18n } from "../i18n/I18n";
import { useForm } from "./context";
import type { NodeProps } from "./node";
import { within } from "./problems";
import { TextEditor } from "./TextEditor";
import { usePlaceholder } from "./usePlaceholder";
import { isSame, parsed, pretty } from "./values";

/** Any value, as JSON. Text that is no JSON yet stays in the field and is not given on. */
export function JsonNode({ schema, path, label, value, onChange, isRequired = false, isLabelHidden = false }: NodeProps) {
  const { t } = useI18n();
  const { problems, hold } = useForm();
  const placeholder = usePlaceholder(schema);
  const [typed, setTyped] = useState({ text: pretty(value), value });
  const text = isSame(typed.value, value) ? typed.text : pretty(value);
  const read = parsed(text);
  const isUnread = read.problem !== null;
  useEffect(() => (isUnread ? hold() : undefined), [isUnread, hold]);
  const change = (changed: string) => {
    const now = parsed(changed);
    if (now.problem !== null) return setTyped({ text: changed, value });
    setTyped({ text: changed, value: now.value });
    onChange(now.value);
  };
  const problem = read.problem === null ? within(problems, path) : t("forms.noJson", { problem: read.problem });
  const field = { label, hint: schema.description, problem, isRequired, isLabelHidden, placeholder };
  return <TextEditor {...field} kind="json" value={text} onChange={change} />;
}
