import { useMemo } from "react";
import { useI18n } from "../i18n/I18n";
import { useStateWords } from "../ui/Badge";
import type { DagEdge, DagNode } from "./types";

/** A step in words: what it is and how it stands, what it comes after, what it leads to. */
export function useStepWords(edges: readonly DagEdge[]): (step: DagNode) => [string, string, string] {
  const { t, format } = useI18n();
  const state = useStateWords();
  const links = useMemo(() => {
    const [before, after] = [new Map<string, string[]>(), new Map<string, string[]>()];
    for (const { from, to } of edges) {
      before.set(to, [...(before.get(to) ?? []), from]);
      after.set(from, [...(after.get(from) ?? []), to]);
    }
    return { before, after };
  }, [edges]);
  return (step) => {
    const { key, runner } = step;
    const name = step.state ? t("graph.node", { key, runner, state: state(step.state) }) : t("graph.plainNode", { key, runner });
    const [before, after] = [links.before.get(key), links.after.get(key)];
    return [
      step.problems ? `${name}, ${t("graph.problems", { count: step.problems })}` : name,
      before ? t("graph.after", { steps: format.list(before) }) : t("graph.isFirst"),
      after ? t("graph.leadsTo", { steps: format.list(after) }) : t("graph.isLast"),
    ];
  };
}
