import { elementsOf, isJsonObject, type Json, type JsonObject, numberOf, parsed, withKey } from "../../../forms/values";

/** One param of `params_schema`, as a row of a table. */
export interface ParamRow {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly usual: Json | undefined;
  readonly description: string;
}

export const paramTypes = ["string", "integer", "number", "boolean", "array", "object"] as const;

const SIMPLE: ReadonlySet<string> = new Set(["type", "default", "description"]);

/** The params as rows; null where the schema says more than rows can: then it is edited as JSON. */
export function paramRows(schema: JsonObject): readonly ParamRow[] | null {
  const { type, properties = {}, required = [], additionalProperties: _more, ...other } = schema;
  if ((type !== undefined && type !== "object") || Object.keys(other).length > 0 || !isJsonObject(properties)) return null;
  const needed = elementsOf(required).map(String);
  const rows = Object.entries(properties).map(([name, param]) => rowOf(name, param, needed.includes(name)));
  return rows.every((row) => row !== null) ? rows : null;
}

function rowOf(name: string, param: Json, isRequired: boolean): ParamRow | null {
  if (!isJsonObject(param) || Object.keys(param).some((key) => !SIMPLE.has(key))) return null;
  const { type, description = "" } = param;
  if (typeof type !== "string" || typeof description !== "string") return null;
  return { name, type, isRequired, usual: param["default"], description };
}

/** The schema with these params in place of those that it had. */
export function withRows(schema: JsonObject, rows: readonly ParamRow[]): JsonObject {
  const properties = Object.fromEntries(rows.map((row) => [row.name, paramOf(row)]));
  const required = rows.filter((row) => row.isRequired).map((row) => row.name);
  const typed = withKey({ ...schema, type: "object" }, "properties", rows.length === 0 ? undefined : properties);
  return withKey(typed, "required", required.length === 0 ? undefined : required);
}

function paramOf({ type, usual, description }: ParamRow): JsonObject {
  const described = withKey({ type }, "description", description === "" ? undefined : description);
  return withKey(described, "default", usual);
}

/** A default as it is typed, read as the type has it. What cannot be read yet stays text, which the server refuses or not. */
export function usualOf(type: string, text: string): Json | undefined {
  if (text === "" || type === "string") return text === "" ? undefined : text;
  if (type === "integer" || type === "number") return numberOf(text);
  const read = parsed(text);
  return read.problem === null && isOf(type, read.value) ? read.value : text;
}

function isOf(type: string, value: Json | undefined): boolean {
  if (type === "boolean") return typeof value === "boolean";
  return type === "array" ? Array.isArray(value) : type === "object" && isJsonObject(value);
}
