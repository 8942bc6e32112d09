import { useI18n } from "../i18n/I18n";
import { Empty } from "../ui/Empty";
import { Link } from "../ui/Link";
import { useTitle } from "./title";

export function NotFound({ path }: { path: string }) {
  const { t } = useI18n();
  useTitle(t("app.notFoundTitle"));
  return (
    <Empty icon="search" title={t("app.notFoundTitle")} lead={t("app.notFoundLead", { path })} headingLevel={1}>
      <Link to="/definitions" look="button">
        {t("app.toDefinitions")}
      </Link>
    </Empty>
  );
}
