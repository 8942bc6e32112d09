import type { QuestionOut } from "../../api/schema";
import { Can } from "../../app/me";
import type { PageProps } from "../../app/routes";
import { useI18n } from "../../i18n/I18n";
import { LiveBadge } from "../../live/LiveBadge";
import { Badge, StateBadge } from "../../ui/Badge";
import { Button } from "../../ui/Button";
import { Card } from "../../ui/Card";
import { Facts } from "../../ui/Facts";
import { Link } from "../../ui/Link";
import { Loading } from "../../ui/Loading";
import { PageHeader } from "../../ui/PageHeader";
import { Time } from "../../ui/Values";
import { useQuestion } from "./queries";
import { Refused } from "./Refused";
import { RetryFailed } from "./sets/RetryFailed";
import { isEnded } from "./states";

export function QuestionPage({ params }: PageProps<"/explanations/questions/:question">) {
  const { t } = useI18n();
  const { question, status } = useQuestion(params.question);
  const found = question.data;
  return (
    <div className="stack">
      <PageHeader
        title={t("explanations.question")}
        above={<Above set={found?.set_id ?? null} />}
        beside={found && !isEnded(found.status) && <LiveBadge status={status} />}
      >
        <Button icon="refresh" isBusy={question.isFetching} onClick={() => void question.refetch()}>
          {t("ui.refresh")}
        </Button>
        {found?.status === "failed" && found.set_id && (
          <Can role="operator">
            <RetryFailed set={found.set_id} count={1} question={found.id} />
          </Can>
        )}
      </PageHeader>
      {question.isPending && <Loading />}
      {question.error && <Refused error={question.error} onRetry={() => void question.refetch()} />}
      {found && (
        <>
          <Asked question={found} />
          <Explained question={found} />
        </>
      )}
    </div>
  );
}

function Above({ set }: { set: string | null }) {
  const { t } = useI18n();
  return (
    <>
      <Link to="/explanations">{t("explanations.sets")}</Link>
      {set && (
        <>
          {" / "}
          <Link to="/explanations/sets/:set" params={{ set }}>
            {set}
          </Link>
        </>
      )}
    </>
  );
}

function Asked({ question }: { question: QuestionOut }) {
  const { t } = useI18n();
  const given = [
    { name: t("explanations.subject"), value: question.subject },
    { name: t("explanations.type"), value: question.question_type },
    { name: t("explanations.questionLanguage"), value: question.language },
    { name: t("explanations.level"), value: question.level },
    { name: t("explanations.difficulty"), value: question.difficulty },
    { name: t("explanations.priority"), value: question.priority },
    { name: t("explanations.created"), value: <Time at={question.created_at} /> },
  ].filter(({ value }) => value !== null);
  return (
    <Card title={t("explanations.question")}>
      <div className="stack">
        {question.passage && <blockquote className="passage">{question.passage}</blockquote>}
        <p className="question-text">{question.question}</p>
        <Answers question={question} />
        <Facts facts={given} />
      </div>
    </Card>
  );
}

function Answers({ question: { choices, answer, wrong_answers: wrong } }: { question: QuestionOut }) {
  const { t } = useI18n();
  if (choices.length > 0) return <Choices choices={choices} answer={answer} />;
  const facts = [{ name: t("explanations.answer"), value: answer }];
  if (wrong.length > 0) facts.push({ name: t("explanations.wrongAnswers"), value: wrong.join(", ") });
  return <Facts facts={facts} />;
}

function Choices({ choices, answer }: { choices: readonly string[]; answer: string }) {
  const { t } = useI18n();
  return (
    <ol className="choices" aria-label={t("explanations.choices")}>
      {choices.map((choice) => (
        <li key={choice}>
          {choice}{" "}
          {choice === answer && (
            <Badge tone="ok" icon="check">
              {t("explanations.rightChoice")}
            </Badge>
          )}
        </li>
      ))}
    </ol>
  );
}

function Explained({ question }: { question: QuestionOut }) {
  const { t } = useI18n();
  return (
    <Card title={t("explanations.explanation")} aside={<StateBadge state={question.status} />}>
      <div className="stack" aria-live="polite">
        {question.error && (
          <p className="question-row__said--wrong">
            <strong>{t("explanations.why")}:</strong> {question.error}
          </p>
        )}
        {question.explanation && <p className="question-text">{question.explanation}</p>}
        {!question.explanation && !question.error && <p className="soft">{t("explanations.noExplanation")}</p>}
        {question.generated_at && (
          <p className="faint">
            {t("explanations.generatedAt")} <Time at={question.generated_at} />
          </p>
        )}
      </div>
    </Card>
  );
}
