import { useMemo } from "react";
import { GraphCard } from "../../../graph/GraphCard";
import { useI18n } from "../../../i18n/I18n";
import { Loading } from "../../../ui/Loading";
import { edgesIn } from "../data/shape";
import { useNodes } from "../data/useNodes";
import type { TabProps } from "./InstanceTabs";

/** The steps, each with the state it has now. */
export function GraphTab({ instance, steps, content, chosen, onSelect }: TabProps) {
  const { t } = useI18n();
  const nodes = useNodes(instance, content, steps);
  const edges = useMemo(() => edgesIn(content), [content]);
  if (content.length === 0) return <Loading />;
  return (
    <GraphCard
      title={t("instances.graph")}
      label={t("instances.graphOf", { name: `${instance.definition} #${instance.id}` })}
      nodes={nodes}
      edges={edges}
      selected={chosen}
      onSelect={onSelect}
    />
  );
}
