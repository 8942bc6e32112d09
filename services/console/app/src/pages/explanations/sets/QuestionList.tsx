import type { ExplanationState, StatusOut } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { StateBadge } from "../../../ui/Badge";
import { Link } from "../../../ui/Link";
import { Loading } from "../../../ui/Loading";
import { ProblemView } from "../../../ui/ProblemView";
import { Time } from "../../../ui/Values";
import { VirtualList } from "../../../ui/VirtualList";
import { useIsNarrow } from "../useIsNarrow";
import { MOST_PAGES_FOLLOWED, useQuestions } from "../queries";

interface QuestionListProps {
  set: string;
  state: ExplanationState | null;
  total: number;
  isAtWork: boolean;
}

const ROW = 58;
const NARROW_ROW = 84;
const MOST_SEEN = 10;

export function QuestionList({ set, state, total, isAtWork }: QuestionListProps) {
  const { t } = useI18n();
  const questions = useQuestions({ set, state, isAtWork });
  const height = useIsNarrow() ? NARROW_ROW : ROW;
  if (questions.isPending) return <Loading />;
  if (questions.error) return <ProblemView error={questions.error} onRetry={() => void questions.refetch()} />;
  const rows = questions.data.pages.flatMap((page) => page.questions);
  if (rows.length === 0) return <p className="in-card__note">{t("explanations.noneInState")}</p>;
  const isCut = isAtWork && questions.data.pages.length > MOST_PAGES_FOLLOWED;
  return (
    <>
      {isCut && <p className="in-card__note">{t("explanations.listCut")}</p>}
      <VirtualList
        label={t("explanations.questions")}
        rows={rows}
        rowKey={({ id }) => id}
        rowHeight={height}
        height={Math.min(rows.length, MOST_SEEN) * height}
        total={total}
        hasMore={questions.hasNextPage}
        isLoading={questions.isFetchingNextPage}
        onMore={() => void questions.fetchNextPage()}
      >
        {(question) => <QuestionRow question={question} />}
      </VirtualList>
    </>
  );
}

function QuestionRow({ question }: { question: StatusOut }) {
  return (
    <div className="question-row">
      <StateBadge state={question.status} />
      <Link to="/explanations/questions/:question" params={{ question: question.id }} look="row">
        {question.question}
      </Link>
      <Said question={question} />
      <span className="question-row__time faint">
        <Time at={question.generated_at} />
      </span>
    </div>
  );
}

function Said({ question: { error, explanation } }: { question: StatusOut }) {
  if (error) return <span className="question-row__said question-row__said--wrong">{error}</span>;
  return <span className="question-row__said soft">{explanation}</span>;
}
