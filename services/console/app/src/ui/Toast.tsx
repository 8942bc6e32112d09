import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from "react";
import { useI18n } from "../i18n/I18n";
import { IconButton } from "./Button";
import { Icon } from "./Icon";
import { useProblemWords } from "./ProblemView";
import "./toast.css";

interface Note {
  id: number;
  content: string | Error;
}

interface Toasts {
  /** Says that something was done. It goes by itself. */
  say: (words: string) => void;
  /** Says what was refused. It stays until it is read. Fits `onError` of a mutation. */
  problem: (error: Error) => void;
}

const Context = createContext<Toasts | null>(null);
const SHOWN_MS = 5_000;
const MOST = 4;

export function ToastProvider({ children }: { children: ReactNode }) {
  const { t } = useI18n();
  const [notes, setNotes] = useState<readonly Note[]>([]);
  const lastId = useRef(0);
  const drop = useCallback((id: number) => setNotes((all) => all.filter((note) => note.id !== id)), []);
  const toasts = useMemo<Toasts>(() => {
    const add = (content: string | Error) => {
      const id = ++lastId.current;
      setNotes((all) => [...all, { id, content }].slice(-MOST));
      if (typeof content === "string") window.setTimeout(() => drop(id), SHOWN_MS);
    };
    return { say: add, problem: add };
  }, [drop]);
  return (
    <Context value={toasts}>
      {children}
      <div className="toasts" role="region" aria-label={t("ui.notifications")} aria-live="polite">
        {notes.map((note) => (
          <ToastView key={note.id} note={note} onClose={() => drop(note.id)} />
        ))}
      </div>
    </Context>
  );
}

function ToastView({ note, onClose }: { note: Note; onClose: () => void }) {
  const { t } = useI18n();
  return (
    <div className="toast" data-kind={typeof note.content === "string" ? "done" : "problem"}>
      <Icon name={typeof note.content === "string" ? "check" : "alert"} />
      {typeof note.content === "string" ? <p>{note.content}</p> : <ToastProblem error={note.content} />}
      <IconButton icon="close" label={t("ui.dismiss")} onClick={onClose} />
    </div>
  );
}

function ToastProblem({ error }: { error: Error }) {
  const { title, detail } = useProblemWords(error);
  return (
    <p>
      <strong>{title}</strong>
      {detail !== title && <span> {detail}</span>}
    </p>
  );
}

export function useToast(): Toasts {
  const toasts = useContext(Context);
  if (toasts === null) throw new Error("useToast is used outside ToastProvider");
  return toasts;
}
