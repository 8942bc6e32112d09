import { useMay } from "../../app/me";
import { useI18n } from "../../i18n/I18n";
import { SubNav } from "../../ui/SubNav";

export function OperationsNav() {
  const { t } = useI18n();
  const isAdmin = useMay("admin");
  const tab = (name: string, label: string) => ({ to: "/operations/:tab" as const, params: { tab: name }, label });
  return (
    <SubNav
      label={t("operations.title")}
      entries={[
        { to: "/operations", label: t("operations.now") },
        tab("cron", t("operations.calendar")),
        tab("batches", t("operations.batches")),
        tab("breakers", t("operations.breakers")),
        tab("budget", t("operations.budget")),
        ...(isAdmin ? [tab("audit", t("operations.audit")), tab("access", t("operations.access"))] : []),
      ]}
    />
  );
}
