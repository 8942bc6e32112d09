import type { ComponentType } from "react";
import { useMay } from "../../app/me";
import { NotFound } from "../../app/NotFound";
import type { PageProps, Query } from "../../app/routes";
import { useI18n } from "../../i18n/I18n";
import { Empty } from "../../ui/Empty";
import { PageHeader } from "../../ui/PageHeader";
import { AccessTab } from "./AccessTab";
import { AuditTab } from "./AuditTab";
import { BatchesTab } from "./BatchesTab";
import { BreakersTab } from "./BreakersTab";
import { BudgetTab } from "./BudgetTab";
import { CronTab } from "./CronTab";
import { OperationsNav } from "./OperationsNav";

interface Tab {
  title: "calendar" | "batches" | "breakers" | "budget" | "audit" | "access";
  content: ComponentType<{ query: Query }>;
  isForAdmins: boolean;
}

const tabs: Readonly<Record<string, Tab>> = {
  cron: { title: "calendar", content: CronTab, isForAdmins: false },
  batches: { title: "batches", content: BatchesTab, isForAdmins: false },
  breakers: { title: "breakers", content: BreakersTab, isForAdmins: false },
  budget: { title: "budget", content: BudgetTab, isForAdmins: false },
  audit: { title: "audit", content: AuditTab, isForAdmins: true },
  access: { title: "access", content: AccessTab, isForAdmins: true },
};

export function OperationsTabPage({ params, query }: PageProps<"/operations/:tab">) {
  const { t } = useI18n();
  const isAdmin = useMay("admin");
  const tab = Object.hasOwn(tabs, params.tab) ? tabs[params.tab] : undefined;
  if (tab === undefined) return <NotFound path={`/operations/${params.tab}`} />;
  const Content = tab.content;
  return (
    <div className="stack">
      <PageHeader title={t(`operations.${tab.title}`)} lead={t(`operations.${tab.title}Lead`)} />
      <OperationsNav />
      {tab.isForAdmins && !isAdmin ? (
        <Empty icon="lock" title={t("operations.adminsOnly")} lead={t("operations.adminsOnlyLead")} />
      ) : (
        <Content query={query} />
      )}
    </div>
  );
}
