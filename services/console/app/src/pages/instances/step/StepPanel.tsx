import { useEffect, useRef } from "react";
import type { InstanceDetail } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { IconButton } from "../../../ui/Button";
import { Link } from "../../../ui/Link";
import { StepView } from "./StepView";
import "./step.css";

interface StepPanelProps {
  instance: InstanceDetail;
  step: string;
  onClose: () => void;
}

/** A step beside what it was chosen in; over it where there is no room. Escape closes it. */
export function StepPanel({ instance, step, onClose }: StepPanelProps) {
  const { t } = useI18n();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    heading.current?.focus({ preventScroll: false });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <aside className="step-panel" aria-label={t("steps.step", { step })} onKeyDown={({ key }) => key === "Escape" && onClose()}>
      <header className="step-panel__head">
        <h2 ref={heading} tabIndex={-1}>
          {step}
        </h2>
        <span className="row">
          <Link to="/instances/:id/steps/:step" params={{ id: instance.id, step }}>
            {t("steps.whole")}
          </Link>
          <IconButton icon="close" label={t("ui.close")} onClick={onClose} />
        </span>
      </header>
      <div className="step-panel__body">
        <StepView instance={instance} step={step} />
      </div>
    </aside>
  );
}
