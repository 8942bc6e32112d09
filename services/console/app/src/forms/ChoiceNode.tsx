import { useI18n } from "../i18n/I18n";
import { SelectField } from "../ui/Field";
import { useForm } from "./context";
import type { NodeProps } from "./node";
import { within } from "./problems";
import { textOf } from "./values";

/** One of the values that the schema lists; one that it does not list, or a template, stays and is shown. */
export function ChoiceNode({ schema, path, label, value, onChange, isRequired = false, isLabelHidden = false }: NodeProps) {
  const { t } = useI18n();
  const { problems, isReadOnly } = useForm();
  const usual = textOf(schema.default);
  const chosen = textOf(value);
  const others = (schema.enum ?? []).map(textOf).filter((one) => one !== usual && one !== "");
  const listed = chosen === "" || others.includes(chosen) ? others : [...others, chosen];
  const words = (one: string) => schema["x-words"]?.[one] ?? one;
  const first = usual === "" ? t(isRequired ? "forms.choose" : "forms.notSet") : t("forms.usually", { value: words(usual) });
  return (
    <SelectField
      label={label}
      hint={schema.description}
      problem={within(problems, path)}
      isRequired={isRequired}
      isLabelHidden={isLabelHidden}
      disabled={isReadOnly}
      value={chosen}
      onChange={(picked) => onChange(picked === "" ? undefined : picked)}
      options={[{ value: "", label: first }, ...listed.map((one) => ({ value: one, label: words(one) }))]}
    />
  );
}
