import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes, useId } from "react";
import { useI18n } from "../i18n/I18n";
import { Icon } from "./Icon";
import { names } from "./names";
import "./field.css";

interface Labelled {
  label: string;
  hint?: string | undefined;
  problem?: string | undefined;
  isRequired?: boolean;
  isLabelHidden?: boolean;
}

interface ControlProps {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
  required: boolean | undefined;
}

interface FieldProps extends Labelled {
  children: (control: ControlProps) => ReactNode;
}

/** A control with its label, hint and problem, tied together for everybody. */
export function Field({ label, hint, problem, isRequired = false, isLabelHidden = false, children }: FieldProps) {
  const { t } = useI18n();
  const id = useId();
  const described = names(hint && `${id}-hint`, problem && `${id}-problem`) || undefined;
  return (
    <div className={names("field", problem && "field--wrong")}>
      <label htmlFor={id} className={isLabelHidden ? "hidden" : "field__label"}>
        {label}
        {isRequired && <span className="field__required"> {t("ui.required")}</span>}
      </label>
      {children({ id, "aria-describedby": described, "aria-invalid": problem ? true : undefined, required: isRequired || undefined })}
      {hint && (
        <p className="field__hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <div aria-live="polite">
        {problem && (
          <p className="field__problem" id={`${id}-problem`}>
            <Icon name="alert" size={14} />
            {problem}
          </p>
        )}
      </div>
    </div>
  );
}

type Without<T> = Omit<T, "className" | "style" | "onChange" | "value" | "required">;

interface TextFieldProps extends Labelled, Without<InputHTMLAttributes<HTMLInputElement>> {
  value: string;
  onChange: (value: string) => void;
}

export function TextField({ label, hint, problem, isRequired, isLabelHidden, value, onChange, ...native }: TextFieldProps) {
  return (
    <Field {...labelled({ label, hint, problem, isRequired, isLabelHidden })}>
      {(control) => (
        <input className="input" {...native} {...control} value={value} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  );
}

interface TextAreaProps extends Labelled, Without<TextareaHTMLAttributes<HTMLTextAreaElement>> {
  value: string;
  onChange: (value: string) => void;
}

export function TextArea({ label, hint, problem, isRequired, isLabelHidden, value, onChange, ...native }: TextAreaProps) {
  return (
    <Field {...labelled({ label, hint, problem, isRequired, isLabelHidden })}>
      {(control) => (
        <textarea className="input" rows={4} {...native} {...control} value={value} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  );
}

export interface Option<Value extends string> {
  value: Value;
  label: string;
}

interface SelectFieldProps<Value extends string> extends Labelled, Without<SelectHTMLAttributes<HTMLSelectElement>> {
  value: Value;
  onChange: (value: Value) => void;
  options: readonly Option<Value>[];
}

export function SelectField<Value extends string>(props: SelectFieldProps<Value>) {
  const { label, hint, problem, isRequired, isLabelHidden, value, onChange, options, ...native } = props;
  return (
    <Field {...labelled({ label, hint, problem, isRequired, isLabelHidden })}>
      {(control) => (
        <select className="input" {...native} {...control} value={value} onChange={(event) => onChange(event.target.value as Value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface CheckFieldProps {
  label: string;
  hint?: string;
  isChecked: boolean;
  onChange: (isChecked: boolean) => void;
  disabled?: boolean;
}

export function CheckField({ label, hint, isChecked, onChange, disabled = false }: CheckFieldProps) {
  const id = useId();
  return (
    <div className="field field--check">
      <input
        id={id}
        type="checkbox"
        checked={isChecked}
        disabled={disabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.target.checked)}
      />
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p className="field__hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

type Loose = { [Key in keyof Labelled]: Labelled[Key] | undefined };

const labelled = ({ label, hint, problem, isRequired = false, isLabelHidden = false }: Loose): Labelled => ({
  label: label ?? "",
  hint,
  problem,
  isRequired,
  isLabelHidden,
});
