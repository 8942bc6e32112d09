export { codeEditors, codeField } from "./codeEditors";
export type { EditorKind, EditorProps, Editors } from "./context";
export { type FormProblem, relativeTo } from "./problems";
export { type Schema, schemaOf } from "./schema";
export { SchemaForm } from "./SchemaForm";
export type { Json, JsonObject } from "./values";
