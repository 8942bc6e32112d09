import type { DefinitionOut } from "../../../api/schema";
import { isJsonObject, type Json, type JsonObject } from "../../../forms/values";

/** The names of the params that a run takes. */
export const namesIn = ({ params_schema }: Pick<DefinitionOut, "params_schema">): readonly string[] => {
  const { properties } = params_schema;
  return isJsonObject(properties) ? Object.keys(properties) : [];
};

export interface Part {
  readonly path: string;
  readonly value: string;
  /** What is read as a block: texts of several lines, templates. */
  readonly isLong: boolean;
}

const SHORT = 60;

/** What was set in an object, each value with its path: short ones first, then texts as blocks. */
export function partsOf(object: JsonObject): readonly Part[] {
  const parts = Object.entries(object).flatMap(([key, value]) => flattened(key, value));
  return [...parts.filter(({ isLong }) => !isLong), ...parts.filter(({ isLong }) => isLong)];
}

function flattened(path: string, value: Json): readonly Part[] {
  if (typeof value === "string") return [{ path, value, isLong: value.length > SHORT || /\n|\{[{%]/.test(value) }];
  const text = JSON.stringify(value);
  if (text.length <= SHORT) return [{ path, value: text, isLong: false }];
  if (isJsonObject(value)) return Object.entries(value).flatMap(([key, inner]) => flattened(`${path}.${key}`, inner));
  return [{ path, value: JSON.stringify(value, null, 2), isLong: true }];
}

const shown: ReadonlySet<string> = new Set(["key", "runner", "nextSteps", "description", "params"]);

/** What a step says of when and how it runs, apart from its params. */
export const policiesOf = (step: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(step).filter(([name, value]) => !shown.has(name) && value !== null));
