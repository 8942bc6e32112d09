import { useMay } from "../../app/me";
import { useAddress } from "../../app/navigation";
import { useI18n } from "../../i18n/I18n";
import { LinkTabs } from "../../ui/LinkTabs";

const open = ["cron", "batches", "breakers", "budget"] as const;
const forAdmins = ["audit", "access"] as const;
type Tab = (typeof open)[number] | (typeof forAdmins)[number];

const titles = {
  cron: "operations.calendar",
  batches: "operations.batches",
  breakers: "operations.breakers",
  budget: "operations.budget",
  audit: "operations.audit",
  access: "operations.access",
} as const satisfies Record<Tab, string>;

export function OperationsNav() {
  const { t } = useI18n();
  const { path } = useAddress();
  const isAdmin = useMay("admin");
  const tabs: readonly Tab[] = isAdmin ? [...open, ...forAdmins] : open;
  return (
    <LinkTabs
      label={t("operations.title")}
      tabs={[
        { label: t("operations.now"), to: { to: "/operations" }, isCurrent: path === "/operations" },
        ...tabs.map((tab) => ({
          label: t(titles[tab]),
          to: { to: "/operations/:tab" as const, params: { tab } },
          isCurrent: path === `/operations/${tab}`,
        })),
      ]}
    />
  );
}
