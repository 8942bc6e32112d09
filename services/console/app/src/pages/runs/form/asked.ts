import type { DefinitionOut, RehearseIn } from "../../../api/schema";
import type { JsonObject } from "../../../forms";

export interface RehearsalForm {
  params: JsonObject;
  sample: string;
  step: string;
  using: string;
}

/** What a form asks about: a definition as it is saved, or a draft of one. */
export type Rehearsed = Pick<DefinitionOut, "name" | "params_schema"> & { readonly steps: readonly Readonly<Record<string, unknown>>[] };

/** How a form begins: with a few items, so that the answer is there soon. */
export const firstAsked: RehearsalForm = { params: {}, sample: "20", step: "", using: "" };

/** What is sent for a form. A number that is none goes as it was typed: the server says what is wrong with it. */
export function askedOf({ params, sample, step, using }: RehearsalForm): RehearseIn {
  const size = numberOf(sample);
  const common = size === undefined ? {} : { sample: size };
  if (step === "") return { ...common, params };
  const instance = numberOf(using);
  const own = Object.keys(params).length > 0 && { params };
  return { ...common, ...own, step, ...(instance !== undefined && { using: instance }) };
}

function numberOf(text: string): number | undefined {
  const typed = text.trim();
  if (typed === "") return undefined;
  const value = Number(typed);
  return Number.isNaN(value) ? (typed as unknown as number) : value;
}
