import { useI18n } from "../i18n/I18n";
import { Button } from "../ui/Button";
import { CodeText } from "../ui/CodeText";
import { Empty } from "../ui/Empty";

const isGone = (error: Error) => /dynamically imported module|Importing a module script|preload CSS/.test(error.message);

export function Crashed({ error }: { error: Error }) {
  const { t } = useI18n();
  const [title, lead] = isGone(error)
    ? [t("app.updatedTitle"), t("app.updatedLead")]
    : [t("app.crashedTitle"), t("app.crashedLead")];
  return (
    <div role="alert">
      <Empty icon="alert" title={title} lead={lead}>
        <Button kind="primary" onClick={() => window.location.reload()}>
          {t("app.reload")}
        </Button>
        {!isGone(error) && <CodeText text={`${error.name}: ${error.message}`} isBlock />}
      </Empty>
    </div>
  );
}
