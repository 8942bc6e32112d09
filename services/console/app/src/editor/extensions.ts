import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { jinja } from "@codemirror/lang-jinja";
import { json } from "@codemirror/lang-json";
import { PostgreSQL, sql } from "@codemirror/lang-sql";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { lintKeymap } from "@codemirror/lint";
import { EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { look } from "./look";
import type { EditorLanguage, Word } from "./types";
import { typingOver } from "./typingOver";

type Tables = Readonly<Record<string, readonly string[]>>;

/** What every editor has. Tab is left to the page: whoever types goes on to the next field with it. */
export const usual: Extension = [
  highlightSpecialChars(),
  history(),
  drawSelection(),
  indentOnInput(),
  indentUnit.of("  "),
  bracketMatching(),
  closeBrackets(),
  autocompletion(),
  highlightActiveLine(),
  typingOver,
  EditorView.lineWrapping,
  keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
  look,
];

export function languageOf(language: EditorLanguage, tables: Tables): Extension {
  switch (language) {
    case "sql": {
      const schema = Object.fromEntries(Object.entries(tables).map(([table, columns]) => [table, [...columns]]));
      return [lineNumbers(), sql({ dialect: PostgreSQL, schema, upperCaseKeywords: false })];
    }
    case "json":
      return [lineNumbers(), json()];
    case "jinja":
      return jinja();
    case "text":
      return [];
  }
}

/** Completes the words of a place beside what the language knows itself. */
export function completing(words: readonly Word[]): Extension {
  if (words.length === 0) return [];
  const options = words.map(({ label, detail, info }) => ({
    label,
    type: "variable",
    boost: 1,
    ...(detail !== undefined && { detail }),
    ...(info !== undefined && { info }),
  }));
  const source = (context: CompletionContext): CompletionResult | null => {
    const word = context.matchBefore(/[\w.]*/);
    if (word === null || (word.from === word.to && !context.explicit)) return null;
    return { from: word.from, options, validFor: /^[\w.]*$/ };
  };
  return EditorState.languageData.of(() => [{ autocomplete: source }]);
}

export function labelled(label: string, isWrong: boolean): Extension {
  const attributes: Record<string, string> = { "aria-label": label };
  if (isWrong) attributes["aria-invalid"] = "true";
  return EditorView.contentAttributes.of(attributes);
}

export const readOnly: Extension = [EditorState.readOnly.of(true), EditorView.editable.of(false), EditorView.contentAttributes.of({ tabindex: "0" })];
