import { type CSSProperties, useId, useRef, useState } from "react";
import { Icon } from "../ui/Icon";
import { names } from "../ui/names";
import type { Caret } from "./caret";
import { PlainField } from "./PlainField";
import type { CodeEditorProps } from "./types";
import { useEditorCode } from "./useEditorCode";
import "./editor.css";

/** A field for SQL, a template or JSON, with its problems below it. It can be written in before its editor has arrived. */
export function CodeEditor(props: CodeEditorProps) {
  const { label, isLabelHidden = false, hint, problems = [], minLines = 3, maxLines = 24 } = props;
  const id = useId();
  const caret = useRef<Caret | null>(null);
  const [isComposing, setIsComposing] = useState(false);
  const { View, load } = useEditorCode();
  const lines = { "--min-lines": minLines, "--max-lines": maxLines } as CSSProperties;
  return (
    <div className={names("field", "editor", problems.length > 0 && "editor--wrong")} role="group" aria-labelledby={id}>
      <span id={id} className={isLabelHidden ? "hidden" : "field__label"}>
        {label}
      </span>
      <div className="editor__frame" style={lines}>
        {View && !isComposing ? (
          <View {...props} caret={caret} />
        ) : (
          <PlainField {...props} caret={caret} onFocus={load} onComposing={setIsComposing} />
        )}
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
