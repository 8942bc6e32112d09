export { CodeEditor } from "./CodeEditor";
export type { CodeEditorProps, CodeProblem, EditorLanguage, Word } from "./types";
