import { Icon, type IconName } from "./Icon";
import type { Option } from "./Field";
import "./field.css";

interface SmallSelectProps<Value extends string> {
  icon?: IconName;
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  options: readonly Option<Value>[];
}

/** A choice for a tool bar: the label is for those who do not see the icon. */
export function SmallSelect<Value extends string>({ icon, label, value, onChange, options }: SmallSelectProps<Value>) {
  return (
    <label className="small-select" title={label}>
      {icon && <Icon name={icon} />}
      <span className="hidden">{label}</span>
      <select value={value} onChange={(event) => onChange(event.target.value as Value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}
