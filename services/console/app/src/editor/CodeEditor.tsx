import { type CSSProperties, lazy, Suspense, useId } from "react";
import { Icon } from "../ui/Icon";
import { names } from "../ui/names";
import type { CodeEditorView } from "./CodeEditorView";
import type { CodeEditorProps } from "./types";
import "./editor.css";

const Lazy = lazy(async (): Promise<{ default: typeof CodeEditorView }> => ({
  default: (await import("./CodeEditorView")).CodeEditorView,
}));

/** A field for SQL, a template or JSON, with its problems below it. The editor is loaded when it is first needed. */
export function CodeEditor(props: CodeEditorProps) {
  const { label, isLabelHidden = false, hint, problems = [], minLines = 3, maxLines = 24, value } = props;
  const id = useId();
  const lines = { "--min-lines": minLines, "--max-lines": maxLines } as CSSProperties;
  return (
    <div className={names("field", "editor", problems.length > 0 && "editor--wrong")} role="group" aria-labelledby={id}>
      <span id={id} className={isLabelHidden ? "hidden" : "field__label"}>
        {label}
      </span>
      <div className="editor__frame" style={lines}>
        <Suspense fallback={<pre className="editor__waiting">{value}</pre>}>
          <Lazy {...props} />
        </Suspense>
      </div>
      {hint && <p className="field__hint">{hint}</p>}
      <div aria-live="polite">
        {problems.map(({ message, line, column }) => (
          <p key={`${line} ${column} ${message}`} className="field__problem">
            <Icon name="alert" size={14} />
            {line !== undefined && <code>{column === undefined ? line : `${line}:${column}`}</code>} {message}
          </p>
        ))}
      </div>
    </div>
  );
}
