import { useI18n } from "../i18n/I18n";
import "./feedback.css";

/** A place that is being filled. What is quick does not flicker, and what takes long says so in words. */
export function Loading({ rows = 4 }: { rows?: number }) {
  const { t } = useI18n();
  return (
    <div className="loading" role="status">
      <span className="hidden">{t("ui.loading")}</span>
      {Array.from({ length: rows }, (_, at) => (
        <span key={at} className="loading__row" aria-hidden="true" />
      ))}
      <span className="loading__words" aria-hidden="true">
        {t("ui.loading")}…
      </span>
    </div>
  );
}
