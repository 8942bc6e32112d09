import { useI18n } from "../../i18n/I18n";
import { Card } from "../../ui/Card";
import { CodeText } from "../../ui/CodeText";

/** How another browser is signed in: a session makes no link, for the link would outlive it. */
export function LinkCard() {
  const { t } = useI18n();
  return (
    <Card title={t("operations.link")}>
      <div className="stack">
        <p className="soft">{t("operations.linkLead")}</p>
        <CodeText isBlock text="batchdag login-link --role viewer" />
      </div>
    </Card>
  );
}
