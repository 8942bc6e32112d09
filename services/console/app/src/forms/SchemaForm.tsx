import { useMemo } from "react";
import { type Editors, FormContext } from "./context";
import { ObjectFields } from "./ObjectFields";
import type { FormProblem } from "./problems";
import { plain, type Schema } from "./schema";
import type { JsonObject } from "./values";
import "./forms.css";

interface SchemaFormProps {
  /** A JSON Schema of an object, as `params_schema` of a runner or of a definition. */
  schema: Schema;
  value: JsonObject;
  onChange: (value: JsonObject) => void;
  /** Problems by path below the value. */
  problems?: readonly FormProblem[];
  /** Editors for what the schema marks: SQL, templates, JSON. Without one there is a plain text area. */
  editors?: Editors;
  isReadOnly?: boolean;
}

const noProblems: readonly FormProblem[] = [];
const noEditors: Editors = {};

/** A form of what a schema says. What is left out keeps its default; what the form does not know is edited as JSON. */
export function SchemaForm(props: SchemaFormProps) {
  const { schema, value, onChange, problems = noProblems, editors = noEditors, isReadOnly = false } = props;
  const surroundings = useMemo(() => ({ root: schema, problems, editors, isReadOnly }), [schema, problems, editors, isReadOnly]);
  const root = useMemo(() => plain(schema, schema), [schema]);
  return (
    <FormContext value={surroundings}>
      <ObjectFields schema={root} path="" value={value} onChange={onChange} />
    </FormContext>
  );
}
