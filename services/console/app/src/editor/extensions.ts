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

type Tables = Readonly<Record<string, readonly string[]>>;

/**
 * Text typed over a selection goes through the editor's state. Left to the browser, it would keep the look of what it
 * replaces with a `style` attribute, which the page's policy refuses.
 */
const typingOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    const text = event.data;
    if (event.inputType !== "insertText" || empty || !text || view.state.readOnly) return false;
    event.preventDefault();
    const insert = () => view.state.update(view.state.replaceSelection(text), { userEvent: "input.type", scrollIntoView: true });
    const isHandled = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, text, insert));
    if (!isHandled) view.dispatch(insert());
    return true;
  },
});

/** What every editor has. Tab is left to the page: whoever types goes on to the next field with it. */
export const usual: Extension = [
  highlightSpecialChars(),
  history(),
  drawSelection(),
  typingOver,
  indentOnInput(),
  indentUnit.of("  "),
  bracketMatching(),
  closeBrackets(),
  autocompletion(),
  highlightActiveLine(),
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
