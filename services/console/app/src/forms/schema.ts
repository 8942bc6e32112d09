import { isJsonObject, type Json, type JsonObject } from "./values";

/** As much of JSON Schema as forms are made of. What they do not know they leave to the server. */
export interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: Json;
  readonly const?: Json;
  readonly enum?: readonly Json[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly format?: string;
  /** Fields of which exactly one is given. */
  readonly "x-one-of"?: readonly string[];
  /** What a field is called, in place of its name. */
  readonly "x-label"?: string;
  /** What the values of an enum mean, in words. */
  readonly "x-words"?: Readonly<Record<string, string>>;
  readonly [mark: `x-${string}`]: unknown;
}

export type Kind = "text" | "number" | "integer" | "boolean" | "choice" | "list" | "map" | "object" | "union" | "json";
export type Mark = "sql" | "template" | "prompt" | "expression";

/** Reads a schema that came as JSON. */
export const schemaOf = (value: unknown): Schema => (isJsonObject(value) ? (value as Schema) : {});

/** The schema that a node is made of: references followed, `allOf` of one and a null beside one type taken away. */
export function plain(schema: Schema, root: Schema): Schema {
  const { $ref, allOf, anyOf, ...own } = schema;
  if ($ref !== undefined) return plain({ ...definition($ref, root), ...own }, root);
  if (allOf?.length === 1 && allOf[0]) return plain({ ...allOf[0], ...own }, root);
  const variants = (anyOf ?? []).filter((variant) => !isNull(variant));
  if (anyOf && variants.length === 1 && variants[0]) return plain({ ...variants[0], ...own }, root);
  return anyOf ? { ...own, anyOf: variants } : schema;
}

function definition(ref: string, root: Schema): Schema {
  const name = /^#\/\$defs\/(.+)$/.exec(ref)?.[1];
  return (name !== undefined && root.$defs?.[name]) || {};
}

const isNull = (schema: Schema) => schema.type === "null";

const byType: Readonly<Record<string, Kind>> = {
  string: "text",
  number: "number",
  integer: "integer",
  boolean: "boolean",
};

/** Which form a plain schema gets; what has no form of its own is edited as JSON. */
export function kindOf(schema: Schema): Kind {
  if (schema.enum?.every((value) => typeof value === "string" || value === null)) return "choice";
  if (schema.anyOf && schema.anyOf.length > 1) return "union";
  const type = singleType(schema);
  if (type === "array") return schema.items && kindOf(schema.items) !== "json" ? "list" : "json";
  if (type === "object" && schema.properties) return "object";
  if (type === "object") return isSchema(schema.additionalProperties) ? "map" : "json";
  return (type !== undefined && byType[type]) || (schema.$ref !== undefined ? "object" : "json");
}

export const isSchema = (value: boolean | Schema | undefined): value is Schema =>
  typeof value === "object" && Object.keys(value).length > 0;

function singleType({ type }: Schema): string | undefined {
  const types = (typeof type === "string" ? [type] : (type ?? [])).filter((name) => name !== "null");
  return types.length === 1 ? types[0] : undefined;
}

/** What language a text is written in, by the project's marks. */
export function markOf(schema: Schema): Mark | null {
  if (schema["x-sql"]) return "sql";
  if (schema["x-prompt"]) return "prompt";
  if (schema["x-expression"]) return "expression";
  return schema["x-template"] || schema["x-per-item"] ? "template" : null;
}

/** Fields of which exactly one is given: by their mark, or `oneOf` of nothing but one required name each. */
export function alternatives(schema: Schema): readonly string[] {
  if (schema["x-one-of"]) return schema["x-one-of"];
  const names = (schema.oneOf ?? []).map(onlyRequired);
  return names.every((name) => name !== null) ? names : [];
}

const onlyRequired = (schema: Schema): string | null =>
  Object.keys(schema).length === 1 && schema.required?.length === 1 ? (schema.required[0] ?? null) : null;

/** What a new value of this schema begins with: nothing but what has to be there. */
export function blank(schema: Schema, root: Schema): Json {
  const made = plain(schema, root);
  const kind = kindOf(made);
  if (kind === "list") return [];
  if (kind === "object" || kind === "map") return {} satisfies JsonObject;
  if (kind === "boolean") return false;
  return kind === "json" ? null : "";
}

/** Which variant of a union a value is of; the first if it is of none. */
export function variantOf(value: Json | undefined, variants: readonly Schema[], root: Schema): number {
  const fits = variants.findIndex((variant) => fitsKind(value, kindOf(plain(variant, root))));
  return Math.max(0, fits);
}

function fitsKind(value: Json | undefined, kind: Kind): boolean {
  if (Array.isArray(value)) return kind === "list";
  if (isJsonObject(value)) return kind === "object" || kind === "map";
  if (typeof value === "number") return kind === "number" || kind === "integer";
  if (typeof value === "boolean") return kind === "boolean";
  return typeof value === "string" && (kind === "text" || kind === "choice");
}
