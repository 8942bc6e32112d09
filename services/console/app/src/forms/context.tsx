import { type ComponentType, createContext, useContext } from "react";
import type { FormProblem } from "./problems";
import type { Schema } from "./schema";

/** What an editor of longer text is given: it has no label of its own, the form has it. */
export interface EditorProps {
  id: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder: string;
  describedBy: string | undefined;
  isInvalid: boolean;
  isReadOnly: boolean;
}

export type EditorKind = "sql" | "template" | "prompt" | "json";
export type Editors = { readonly [Kind in EditorKind]?: ComponentType<EditorProps> };

export interface FormSurroundings {
  root: Schema;
  problems: readonly FormProblem[];
  editors: Editors;
  isReadOnly: boolean;
}

export const FormContext = createContext<FormSurroundings | null>(null);

export function useForm(): FormSurroundings {
  const form = useContext(FormContext);
  if (form === null) throw new Error("useForm is used outside SchemaForm");
  return form;
}
