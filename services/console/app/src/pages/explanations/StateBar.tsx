import type { QueueStatus } from "../../api/schema";
import { useI18n } from "../../i18n/I18n";
import { useStateWords } from "../../ui/Badge";
import { lookOf } from "../../ui/states";
import { sharesOf } from "./states";
import "./explanations.css";

/** The states of a set as one bar. Its label says the same in words. */
export function StateBar({ counts }: { counts: QueueStatus }) {
  const { t, format } = useI18n();
  const words = useStateWords();
  const shares = sharesOf(counts).filter(({ count }) => count > 0);
  const parts = shares.map(({ state, count }) => `${words(state)} ${format.count(count)}`);
  const label = [t("explanations.summaryLabel"), ...parts].join(", ");
  return (
    <span className="state-bar" role="img" aria-label={label} title={label}>
      {shares.map(({ state, share }) => (
        <span key={state} className={`state-bar__part tone--${lookOf(state).tone}`} style={{ width: `${share * 100}%` }} />
      ))}
    </span>
  );
}
