import { once } from "./once";
import type { Language } from "./types";

const SLOT = /\{(\w+)(?::([^{}|]*)\|([^{}]*))?\}/g;

export type Fill = (text: string, values?: Record<string, string | number>) => string;

/** The names of the values that a message asks for. */
export const slotsOf = (text: string): readonly string[] => [...text.matchAll(SLOT)].map(([, name = ""]) => name);

/** Puts values into a message: `{name}`, and `{count:step|steps}` for the word that goes with a number. */
export function makeFill(language: Language): Fill {
  const plural = once(() => new Intl.PluralRules(language));
  const numbers = once(() => new Intl.NumberFormat(language));
  return (text, values = {}) =>
    text.replace(SLOT, (slot, name: string, one?: string, other?: string) => {
      const value = values[name];
      if (value === undefined) return slot;
      if (one !== undefined && other !== undefined) return plural().select(Number(value)) === "one" ? one : other;
      return typeof value === "number" ? numbers().format(value) : value;
    });
}
