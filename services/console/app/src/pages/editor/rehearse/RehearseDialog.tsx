import { useState } from "react";
import { useI18n } from "../../../i18n/I18n";
import { Button } from "../../../ui/Button";
import { Dialog } from "../../../ui/Dialog";
import { Link } from "../../../ui/Link";
import { Loading } from "../../../ui/Loading";
import { ProblemView } from "../../../ui/ProblemView";
import { firstAsked, type RehearsalForm } from "../../runs/form/asked";
import { RehearseForm } from "../../runs/form/RehearseForm";
import { ReportView } from "../../runs/report/ReportView";
import { useRehearsal } from "../../runs/report/useRehearsal";
import { useBench } from "../bench";
import "../../runs/runs.css";

export interface RehearseDialogProps {
  /** Whether something was edited: else it is what is saved that is rehearsed. */
  isDraft: boolean;
  /** What was asked the last time; null: nothing yet. */
  last: RehearsalForm | null;
  onAsked: (form: RehearsalForm) => void;
  onClose: () => void;
}

/** Rehearses what is in the editor, saved or not, and shows what that says. */
export function RehearseDialog({ isDraft, last, onAsked, onClose }: RehearseDialogProps) {
  const { t } = useI18n();
  const { draft } = useBench();
  const [started, setStarted] = useState<number | null>(null);
  const start = (id: number, form: RehearsalForm) => {
    onAsked(form);
    setStarted(id);
  };
  return (
    <Dialog
      title={t(isDraft ? "editor.rehearseTitle" : "runs.rehearseTitle", { name: draft.name })}
      size="wide"
      onClose={onClose}
      actions={started !== null && <Next id={started} onAgain={() => setStarted(null)} onClose={onClose} />}
    >
      {started === null ? (
        <>
          <p className="soft">{t(isDraft ? "editor.rehearseLead" : "runs.rehearseLead")}</p>
          <RehearseForm definition={draft} isDraft={isDraft} initial={last ?? firstAsked} onStarted={start} />
        </>
      ) : (
        <Report id={started} />
      )}
    </Dialog>
  );
}

function Next({ id, onAgain, onClose }: { id: number; onAgain: () => void; onClose: () => void }) {
  const { t } = useI18n();
  return (
    <>
      <Link to="/rehearsals/:id" params={{ id }} look="button">
        {t("editor.rehearsePage")}
      </Link>
      <Button onClick={onAgain}>{t("runs.rehearseAgain")}</Button>
      <Button kind="primary" onClick={onClose}>
        {t("editor.rehearseEdit")}
      </Button>
    </>
  );
}

function Report({ id }: { id: number }) {
  const { report } = useRehearsal(id);
  const { data, error } = report;
  if (!data) return error ? <ProblemView error={error} onRetry={() => void report.refetch()} /> : <Loading />;
  return (
    <div className="stack">
      <ReportView report={data} />
    </div>
  );
}
