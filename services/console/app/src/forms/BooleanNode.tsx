import { useI18n } from "../i18n/I18n";
import { SelectField } from "../ui/Field";
import { useForm } from "./context";
import type { NodeProps } from "./node";
import { within } from "./problems";
import { textOf } from "./values";

/** Yes, no, or what holds if nothing is said. A template stays what it is. */
export function BooleanNode({ schema, path, label, value, onChange, isRequired = false, isLabelHidden = false }: NodeProps) {
  const { t } = useI18n();
  const { problems, isReadOnly } = useForm();
  const words = (flag: boolean) => t(flag ? "forms.yes" : "forms.no");
  const usual = typeof schema.default === "boolean" ? t("forms.usually", { value: words(schema.default) }) : t("forms.notSet");
  const template = typeof value === "string" ? [{ value, label: value }] : [];
  return (
    <SelectField
      label={label}
      hint={schema.description}
      problem={within(problems, path)}
      isRequired={isRequired}
      isLabelHidden={isLabelHidden}
      disabled={isReadOnly}
      value={textOf(value)}
      onChange={(chosen) => onChange(chosen === "" ? undefined : chosen === "true" || chosen === "false" ? chosen === "true" : chosen)}
      options={[{ value: "", label: usual }, { value: "true", label: words(true) }, { value: "false", label: words(false) }, ...template]}
    />
  );
}
