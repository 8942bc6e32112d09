import { alternatives, type Schema } from "./schema";
import type { JsonObject } from "./values";

export interface Arranged {
  readonly first: readonly string[];
  readonly rest: readonly string[];
}

const FEW = 4;

/** Which fields stand first: those that have to be given or are. Few fields, or none that matters more, are all shown. */
export function arranged(schema: Schema, value: JsonObject): Arranged {
  const choice = alternatives(schema);
  const names = Object.keys(schema.properties ?? {}).filter((name) => !choice.includes(name));
  const matters = (name: string) => value[name] !== undefined || (schema.required?.includes(name) ?? false);
  const first = names.filter(matters);
  if (names.length <= FEW || (first.length === 0 && choice.length === 0)) return { first: names, rest: [] };
  return { first, rest: names.filter((name) => !matters(name)) };
}
