import { useCallback, useEffect, useEffectEvent, useMemo, useState } from "react";
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
  /** Told whether a field holds a text that is no value yet: then the value is not what the form shows. */
  onUnread?: (isUnread: boolean) => void;
}

const noProblems: readonly FormProblem[] = [];
const noEditors: Editors = {};

/** A form of what a schema says. What is left out keeps its default; what the form does not know is edited as JSON. */
export function SchemaForm(props: SchemaFormProps) {
  const { schema, value, onChange, problems = noProblems, editors = noEditors, isReadOnly = false, onUnread } = props;
  const hold = useUnread(onUnread);
  const surroundings = useMemo(() => ({ root: schema, problems, editors, isReadOnly, hold }), [schema, problems, editors, isReadOnly, hold]);
  const root = useMemo(() => plain(schema, schema), [schema]);
  return (
    <FormContext value={surroundings}>
      <ObjectFields schema={root} path="" value={value} onChange={onChange} />
    </FormContext>
  );
}

function useUnread(onUnread: ((isUnread: boolean) => void) | undefined): () => () => void {
  const [unread, setUnread] = useState(0);
  const isUnread = unread > 0;
  const tell = useEffectEvent((is: boolean) => onUnread?.(is));
  useEffect(() => {
    tell(isUnread);
    // A form that goes takes its texts with it.
    return () => tell(false);
  }, [isUnread]);
  return useCallback(() => {
    setUnread((count) => count + 1);
    return () => setUnread((count) => count - 1);
  }, []);
}
