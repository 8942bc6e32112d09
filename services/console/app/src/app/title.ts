import { useEffect } from "react";
import { useI18n } from "../i18n/I18n";

/** Names the tab of the browser. */
export function useTitle(title: string): void {
  const { t } = useI18n();
  const app = t("app.name");
  useEffect(() => {
    document.title = `${title} · ${app}`;
  }, [title, app]);
}
