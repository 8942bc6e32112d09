import type { InstanceDetail, StepOut } from "../../../api/schema";
import { isOneOf } from "../../../app/preferences";
import { setQuery } from "../../../app/navigation";
import type { Query } from "../../../app/routes";
import { useI18n } from "../../../i18n/I18n";
import { Tabs } from "../../../ui/Tabs";
import type { StepContent } from "../data/shape";
import { ItemsTab } from "../item/ItemsTab";
import { GraphTab } from "./GraphTab";
import { LogTab } from "./LogTab";
import { ResultsTab } from "./ResultsTab";
import { StepsTab } from "./StepsTab";
import { TimelineTab } from "./TimelineTab";

const tabs = ["graph", "timeline", "steps", "items", "log", "results"] as const;
type TabKey = (typeof tabs)[number];

export interface TabProps {
  instance: InstanceDetail;
  steps: readonly StepOut[];
  content: readonly StepContent[];
  query: Query;
  chosen: string | null;
  onSelect: (step: string | null) => void;
}

/** An instance from several sides; which one stands in the address. */
export function InstanceTabs(props: TabProps) {
  const { t } = useI18n();
  const { query, instance } = props;
  const tab: TabKey = isOneOf(tabs, query["tab"] ?? null) ? (query["tab"] as TabKey) : "graph";
  return (
    <Tabs
      label={t("instances.sides", { name: `${instance.definition} #${instance.id}` })}
      tabs={tabs.map((key) => ({ key, label: t(`instances.${key}`) }))}
      value={tab}
      onChange={(key) => setQuery({ tab: key === "graph" ? null : key })}
    >
      <Side tab={tab} {...props} />
    </Tabs>
  );
}

function Side({ tab, ...props }: TabProps & { tab: TabKey }) {
  switch (tab) {
    case "graph":
      return <GraphTab {...props} />;
    case "timeline":
      return <TimelineTab {...props} />;
    case "steps":
      return <StepsTab {...props} />;
    case "items":
      return <ItemsTab {...props} />;
    case "log":
      return <LogTab {...props} />;
    case "results":
      return <ResultsTab {...props} />;
  }
}
