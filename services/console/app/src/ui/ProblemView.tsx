import { Inexact, Problem, Unreachable } from "../api/problem";
import { useI18n } from "../i18n/I18n";
import { useSaid, useSaidProblems } from "../said";
import { Button } from "./Button";
import { Icon } from "./Icon";
import "./feedback.css";

interface ProblemViewProps {
  error: Error;
  onRetry?: () => void;
}

/** What was refused, why, where, and what to do: the server's own words, where it gives no code. */
export function ProblemView({ error, onRetry }: ProblemViewProps) {
  const { t } = useI18n();
  const { title, detail } = useProblemWords(error);
  // The hint is about the server's own words, and in its language.
  const hint = error instanceof Problem && error.said === null ? error.hint : null;
  const places = useSaidProblems()(error instanceof Problem ? error.problems : []);
  return (
    <section className="problem" role="alert">
      <Icon name="alert" size={18} />
      <div className="problem__words">
        <strong>{title}</strong>
        {detail !== title && <p>{detail}</p>}
        {hint && <p className="problem__hint">{hint}</p>}
        {places.length > 0 && (
          <ul>
            {places.map(({ path, message }) => (
              <li key={`${path} ${message}`}>
                {path && <code>{path}</code>} {message}
              </li>
            ))}
          </ul>
        )}
        {onRetry && (
          <Button size="small" icon="refresh" onClick={onRetry}>
            {t("ui.retry")}
          </Button>
        )}
      </div>
    </section>
  );
}

/** An error in two parts, for a place as small as a toast. */
export function useProblemWords(error: Error): { title: string; detail: string } {
  const { t, find } = useI18n();
  const said = useSaid();
  if (error instanceof Problem) {
    return { title: find("ui", `problem_${error.status}`) ?? error.title, detail: error.said ? said("refusals", error.said, error.detail) : error.detail };
  }
  if (error instanceof Unreachable) return { title: t("ui.unreachableTitle"), detail: t("ui.unreachableDetail") };
  if (error instanceof Inexact) return { title: t("ui.inexactTitle"), detail: t("ui.inexactDetail", { number: error.number }) };
  return { title: t("ui.defectTitle"), detail: error.message };
}
