import type { QueueStatus } from "../../../api/schema";
import { useQueryValue } from "../../../app/navigation";
import { useI18n } from "../../../i18n/I18n";
import { useStateWords } from "../../../ui/Badge";
import { Card } from "../../../ui/Card";
import { Tabs } from "../../../ui/Tabs";
import { explanationStates, isExplanationState } from "../states";
import { QuestionList } from "./QuestionList";

interface QuestionsByStateProps {
  set: string;
  counts: QueueStatus;
  isAtWork: boolean;
}

export function QuestionsByState({ set, counts, isAtWork }: QuestionsByStateProps) {
  const { t } = useI18n();
  const words = useStateWords();
  const [shown, show] = useQueryValue("state", "all");
  const state = isExplanationState(shown) ? shown : null;
  const tabs = [
    { key: "all", label: t("ui.all"), count: counts.total },
    ...explanationStates.map((key) => ({ key, label: words(key), count: counts[key] })),
  ];
  return (
    <Card title={t("explanations.questions")} isFlush>
      <div className="in-card">
        <Tabs label={t("explanations.byState")} tabs={tabs} value={state ?? "all"} onChange={show}>
          <QuestionList set={set} state={state} total={state ? counts[state] : counts.total} isAtWork={isAtWork} />
        </Tabs>
      </div>
    </Card>
  );
}
