import { setDiagnostics } from "@codemirror/lint";
import { Annotation, Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import type { Caret } from "./caret";
import { Echoes } from "./echoes";
import { completing, labelled, languageOf, readOnly, usual } from "./extensions";
import { spanOf } from "./places";
import type { CodeEditorProps, CodeProblem, EditorLanguage, Word } from "./types";

const noProblems: readonly CodeProblem[] = [];
const noWords: readonly Word[] = [];
const noTables: Readonly<Record<string, readonly string[]>> = {};

interface Mounted {
  view: EditorView;
  settings: Compartment;
  echoes: Echoes;
}

interface CodeEditorViewProps extends CodeEditorProps {
  /** Where the caret stood in the field that this one takes the place of. */
  caret: RefObject<Caret | null>;
}

/**
 * The editor itself. It lives in a shadow root: there its style sheets are adopted ones, which the page's policy lets
 * pass, while in the page itself it would write `<style>` elements.
 */
export function CodeEditorView(props: CodeEditorViewProps) {
  const { label, language, value, onChange, problems = noProblems, words = noWords, tables = noTables, caret } = props;
  const host = useRef<HTMLDivElement>(null);
  const [mounted, setMounted] = useState<Mounted | null>(null);
  const changed = useEffectEvent((text: string) => onChange?.(text));
  const isReadOnly = onChange === undefined;
  const isWrong = problems.length > 0;
  // Its name and language are there from the first moment: who cannot see it meets no field without a name.
  const first = useEffectEvent(() => ({ text: value, caret: caret.current, settings: settingsOf({ label, language, words, tables, isReadOnly, isWrong }) }));

  // Before the browser draws: no key that is pressed falls between two fields.
  useLayoutEffect(() => {
    if (host.current === null) return;
    const made = mount(host.current, first(), (text) => changed(text));
    setMounted(made);
    return () => made.view.destroy();
  }, []);
  useEffect(() => {
    if (mounted === null) return;
    const settings = settingsOf({ label, language, words, tables, isReadOnly, isWrong });
    mounted.view.dispatch({ effects: mounted.settings.reconfigure(settings) });
  }, [mounted, label, language, words, tables, isReadOnly, isWrong]);
  useEffect(() => {
    if (mounted && !mounted.echoes.hears(value)) show(mounted.view, value);
  }, [mounted, value]);
  useEffect(() => {
    if (mounted) mark(mounted.view, problems);
  }, [mounted, problems]);

  return <div ref={host} className="editor__host" data-language={language} />;
}

interface First {
  text: string;
  caret: Caret | null;
  settings: Extension;
}

function mount(host: HTMLElement, { text, caret, settings: first }: First, changed: (text: string) => void): Mounted {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const settings = new Compartment();
  const echoes = new Echoes(text);
  const listening = EditorView.updateListener.of(({ transactions, state }) => {
    if (!transactions.some((transaction) => transaction.docChanged && !transaction.annotation(fromElsewhere))) return;
    const written = state.doc.toString();
    echoes.tell(written);
    changed(written);
  });
  const state = EditorState.create({ doc: text, selection: within(text, caret), extensions: [usual, settings.of(first), listening] });
  const view = new EditorView({ state, parent: root, root });
  if (caret?.isFocused) view.focus();
  return { view, settings, echoes };
}

const within = (text: string, caret: Caret | null) => ({
  anchor: Math.min(caret?.anchor ?? 0, text.length),
  head: Math.min(caret?.head ?? 0, text.length),
});

interface Settings {
  label: string;
  language: EditorLanguage;
  words: readonly Word[];
  tables: Readonly<Record<string, readonly string[]>>;
  isReadOnly: boolean;
  isWrong: boolean;
}

const settingsOf = ({ label, language, words, tables, isReadOnly, isWrong }: Settings): Extension => [
  languageOf(language, tables),
  completing(words),
  labelled(label, isWrong),
  isReadOnly ? readOnly : [],
];

const fromElsewhere = Annotation.define<true>();

/** Shows a text that was not written here. */
function show(view: EditorView, text: string): void {
  const shown = view.state.doc.toString();
  if (shown !== text) view.dispatch({ changes: { from: 0, to: shown.length, insert: text }, annotations: fromElsewhere.of(true) });
}

function mark(view: EditorView, problems: readonly CodeProblem[]): void {
  const text = view.state.doc.toString();
  const marks = problems.map((problem) => ({ ...spanOf(text, problem), severity: "error" as const, message: problem.message }));
  view.dispatch(setDiagnostics(view.state, marks));
}
