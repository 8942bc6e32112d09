import { type ReactNode, useId } from "react";
import { useI18n } from "../i18n/I18n";
import { Icon } from "../ui/Icon";

interface GroupProps {
  label: string;
  hint?: string | undefined;
  problem?: string | undefined;
  isRequired?: boolean;
  aside?: ReactNode;
  children: ReactNode;
}

/** Several controls that make one value. */
export function Group({ label, hint, problem, isRequired = false, aside, children }: GroupProps) {
  const { t } = useI18n();
  const id = useId();
  return (
    <fieldset className="form__group" aria-describedby={hint ? id : undefined}>
      <legend>
        {label}
        {isRequired && <span className="field__required"> {t("ui.required")}</span>}
      </legend>
      {hint && (
        <p className="field__hint" id={id}>
          {hint}
        </p>
      )}
      <div aria-live="polite">
        {problem && (
          <p className="field__problem">
            <Icon name="alert" size={14} />
            {problem}
          </p>
        )}
      </div>
      {children}
      {aside}
    </fieldset>
  );
}
