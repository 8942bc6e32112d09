import { type RefObject, useLayoutEffect, useRef } from "react";
import { type Caret, caretOf } from "./caret";
import type { CodeEditorProps } from "./types";

interface PlainFieldProps extends CodeEditorProps {
  /** Where the caret stands is left here for the editor that takes over. */
  caret: RefObject<Caret | null>;
  onFocus: () => void;
  onComposing: (isComposing: boolean) => void;
}

/** The field as it is before its editor has arrived: without colours and completion, and as good to write in. */
export function PlainField({ label, language, value, onChange, problems = [], caret, onFocus, onComposing }: PlainFieldProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const element = field.current;
    return () => {
      if (element) caret.current = caretOf(element);
    };
  }, [caret]);
  const lines = value.split("\n").length;
  return (
    <textarea
      ref={field}
      className="editor__plain"
      data-numbered={language === "sql" || language === "json" ? String(lines).length : undefined}
      aria-label={label}
      aria-invalid={problems.length > 0 || undefined}
      value={value}
      rows={lines}
      readOnly={onChange === undefined}
      spellCheck={false}
      autoCapitalize="off"
      autoComplete="off"
      onChange={(event) => onChange?.(event.target.value)}
      onFocus={onFocus}
      onCompositionStart={() => onComposing(true)}
      onCompositionEnd={() => onComposing(false)}
    />
  );
}
