import type { ReactNode } from "react";

export type EditorLanguage = "sql" | "json" | "jinja" | "text";

/** Something wrong with the text. Lines and columns count from 1; without them it is about the whole. */
export interface CodeProblem {
  message: string;
  line?: number | undefined;
  column?: number | undefined;
}

export interface Word {
  label: string;
  /** Beside the label: a type, where it comes from. */
  detail?: string;
  /** What it means. */
  info?: string;
}

export interface CodeEditorProps {
  label: string;
  language: EditorLanguage;
  value: string;
  /** Left out: the text can be read and copied only. */
  onChange?: ((value: string) => void) | undefined;
  problems?: readonly CodeProblem[];
  /** Completed as one types: names of items' fields, steps, params. */
  words?: readonly Word[];
  /** For SQL: tables with their columns. */
  tables?: Readonly<Record<string, readonly string[]>>;
  /** In lines. */
  minLines?: number;
  maxLines?: number;
  isLabelHidden?: boolean;
  hint?: ReactNode;
}
