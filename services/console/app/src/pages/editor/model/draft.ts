import type { DefinitionOut } from "../../../api/schema";
import type { Json, JsonObject } from "../../../forms";
import { trimmedStep } from "./trimmed";

/** A step as people write it. What the editor has no field for stays as it is. */
export type Step = JsonObject & { readonly key: string };

/** A definition that is being edited: the columns that people set. */
export interface Draft {
  readonly name: string;
  readonly description: string;
  readonly steps: readonly Step[];
  readonly cron: string | null;
  readonly timezone: string;
  readonly params_schema: JsonObject;
  readonly enabled: boolean;
  readonly priority: Json;
  readonly max_active: Json;
  readonly misfire: string;
  readonly overlap: string;
  readonly budget_usd: Json;
}

export const columns = [
  "name",
  "description",
  "steps",
  "cron",
  "timezone",
  "params_schema",
  "enabled",
  "priority",
  "max_active",
  "misfire",
  "overlap",
  "budget_usd",
] as const satisfies readonly (keyof Draft)[];

export const empty: Draft = {
  name: "",
  description: "",
  steps: [],
  cron: null,
  timezone: "UTC",
  params_schema: { type: "object" },
  enabled: true,
  priority: 0,
  max_active: null,
  misfire: "latest",
  overlap: "skip",
  budget_usd: null,
};

/** The draft of a definition as it stands. */
export function draftOf(definition: DefinitionOut): Draft {
  const { version: _version, steps, params_schema, budget_usd: budget, ...given } = definition;
  // The server has checked that these are JSON, and that each step has a key.
  const budget_usd = budget === null ? null : Number(budget);
  return { ...empty, ...given, budget_usd, steps: (steps as unknown as Step[]).map(trimmedStep), params_schema: params_schema as JsonObject };
}

export const isSameDraft = (one: Draft, other: Draft): boolean => textOf(one) === textOf(other);

/** The draft as JSON, always in the same order: what is compared, sent, kept and shown. */
export const textOf = (draft: Draft, indent?: number): string =>
  JSON.stringify(Object.fromEntries(columns.map((column) => [column, draft[column]])), null, indent);
