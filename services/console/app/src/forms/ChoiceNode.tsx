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
  const known = (schema.enum ?? []).map(textOf);
  const chosen = textOf(value);
  const listed = chosen === "" || known.includes(chosen) ? known : [...known, chosen];
  const first = usual === "" ? t(isRequired ? "forms.choose" : "forms.notSet") : t("forms.usually", { value: usual });
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
      options={[{ value: "", label: first }, ...listed.map((one) => ({ value: one, label: one }))]}
    />
  );
}
