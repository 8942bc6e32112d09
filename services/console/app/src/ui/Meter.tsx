import { useI18n } from "../i18n/I18n";
import type { Tone } from "./states";
import "./meter.css";

interface MeterProps {
  label: string;
  /** Between 0 and 1; null: it is not known how far it is. */
  share: number | null;
  tone?: Tone;
}

/** How far something is. */
export function Meter({ label, share, tone = "info" }: MeterProps) {
  const { format } = useI18n();
  const kept = share === null ? null : Math.min(1, Math.max(0, share));
  return (
    <span
      className={`meter tone--${tone}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={kept === null ? undefined : Math.round(kept * 100)}
      aria-valuetext={kept === null ? undefined : format.percent(kept)}
      title={kept === null ? label : `${label}: ${format.percent(kept)}`}
    >
      <span className="meter__bar" style={{ width: `${(kept ?? 0) * 100}%` }} />
    </span>
  );
}
