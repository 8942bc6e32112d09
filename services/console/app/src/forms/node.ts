import type { Schema } from "./schema";
import type { Json } from "./values";

/** What each node of a form is given. `schema` is plain; undefined is a value that is left out. */
export interface NodeProps {
  schema: Schema;
  path: string;
  label: string;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  isRequired?: boolean;
  isLabelHidden?: boolean;
}
