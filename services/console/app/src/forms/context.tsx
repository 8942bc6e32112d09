import { type ComponentType, createContext, useContext } from "react";
import type { FormProblem } from "./problems";
import type { Schema } from "./schema";

/** What an editor of longer text is given. It is a whole field: it shows its label, hint and problem itself. */
export interface EditorProps {
  label: string;
  hint: string | undefined;
  problem: string | undefined;
  isRequired: boolean;
  isLabelHidden: boolean;
  isReadOnly: boolean;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
}

export type EditorKind = "sql" | "template" | "prompt" | "expression" | "json";
export type Editors = { readonly [Kind in EditorKind]?: ComponentType<EditorProps> };

export interface FormSurroundings {
  root: Schema;
  problems: readonly FormProblem[];
  editors: Editors;
  isReadOnly: boolean;
  /** Tells the form of a text that cannot be read as a value yet; the answer takes it back. */
  hold: () => () => void;
}

export const FormContext = createContext<FormSurroundings | null>(null);

export function useForm(): FormSurroundings {
  const form = useContext(FormContext);
  if (form === null) throw new Error("useForm is used outside SchemaForm");
  return form;
}
