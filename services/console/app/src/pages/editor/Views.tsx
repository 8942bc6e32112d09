import { isOneOf } from "../../app/preferences";
import { useQueryValue } from "../../app/navigation";
import { useI18n } from "../../i18n/I18n";
import { Tabs } from "../../ui/Tabs";
import { GraphView } from "./GraphView";
import { ListView } from "./ListView";
import { countOf } from "./model/places";
import { ProblemsView } from "./ProblemsView";
import { TextView } from "./TextView";
import type { Checking } from "./useChecked";

const views = ["graph", "list", "problems", "text"] as const;

/** The whole definition: drawn, as a list, by what is wrong with it, as text. */
export function Views({ checking, onAdd }: { checking: Checking; onAdd: () => void }) {
  const { t } = useI18n();
  const [asked, setView] = useQueryValue("view", "graph");
  const view = isOneOf(views, asked) ? asked : "graph";
  const count = countOf(checking.placed);
  return (
    <section className="card workbench__views">
      <Tabs
        label={t("editor.views")}
        value={view}
        onChange={setView}
        tabs={[
          { key: "graph", label: t("editor.graph") },
          { key: "list", label: t("editor.list") },
          { key: "problems", label: t("editor.problemsTab"), count: count === 0 ? undefined : count },
          { key: "text", label: t("editor.text") },
        ]}
      >
        {view === "graph" && <GraphView onAdd={onAdd} />}
        {view === "list" && <ListView onAdd={onAdd} />}
        {view === "problems" && <ProblemsView checking={checking} />}
        {view === "text" && <TextView />}
      </Tabs>
    </section>
  );
}
