import type { ProblemAt, PromptIn, PromptOut } from "../../../api/schema";
import type { CodeProblem } from "../../../editor";

/** A prompt as it is edited: all of it is text. */
export interface Draft {
  description: string;
  system: string;
  body: string;
  schema: string;
}

export const fields = ["description", "system", "body", "schema"] as const satisfies readonly (keyof Draft)[];
export type DraftField = (typeof fields)[number];

export const noDraft: Draft = { description: "", system: "", body: "", schema: "" };

export const draftOf = (prompt: PromptOut): Draft => ({
  description: prompt.description ?? "",
  system: prompt.system ?? "",
  body: prompt.body,
  schema: prompt.response_schema === null ? "" : JSON.stringify(prompt.response_schema, null, 2),
});

export const isSame = (one: Draft, other: Draft): boolean => fields.every((field) => one[field] === other[field]);

type JsonObject = NonNullable<PromptIn["response_schema"]>;
export type Schema = { isRight: true; value: JsonObject | null } | { isRight: false; reason: string | null };

/** Reads the schema that was typed. A reason of null: it is JSON, and no object. */
export function schemaOf(text: string): Schema {
  if (text.trim() === "") return { isRight: true, value: null };
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? { isRight: true, value: value as JsonObject } : { isRight: false, reason: null };
  } catch (error) {
    if (error instanceof SyntaxError) return { isRight: false, reason: error.message };
    throw error;
  }
}

/** What is sent to be saved. An empty system text is none. */
export const savedFrom = (draft: Draft, schema: JsonObject | null): PromptIn => ({
  description: draft.description,
  system: draft.system === "" ? null : draft.system,
  body: draft.body,
  response_schema: schema,
});

const fieldOf = (path: string): DraftField | null => {
  const [first = ""] = path.split(/[.[]/, 1);
  if (first === "response_schema") return "schema";
  return first === "body" || first === "system" || first === "description" ? first : null;
};

/** Problems of the server by the field that they are about; a place inside the schema is said before the words. */
export function problemsOf(problems: readonly ProblemAt[], field: DraftField): CodeProblem[] {
  return problems
    .filter(({ path }) => fieldOf(path) === field)
    .map(({ path, message }) => ({ message: path.includes(".") ? `${path}: ${message}` : message }));
}
