import type { StepOut } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { SelectField } from "../../../ui/Field";

interface StepFieldProps {
  steps: readonly StepOut[];
  value: string;
  onChange: (step: string) => void;
  /** What no step in particular is called; left out: one must be chosen. */
  all?: string;
}

/** One of the instance's steps, by its key. */
export function StepField({ steps, value, onChange, all }: StepFieldProps) {
  const { t } = useI18n();
  const first = all === undefined ? [] : [{ value: "", label: all }];
  const keys = steps.map(({ step_key: key }) => ({ value: key, label: key }));
  return <SelectField label={t("instances.step")} value={value} onChange={onChange} options={[...first, ...keys]} />;
}
