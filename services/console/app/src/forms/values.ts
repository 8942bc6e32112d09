import { isKept, lostIn } from "../api/numbers";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The object with a key set, at the place that it had; undefined takes the key away. */
export function withKey(object: JsonObject, key: string, value: Json | undefined): JsonObject {
  if (value !== undefined) return { ...object, [key]: value };
  const { [key]: _gone, ...rest } = object;
  return rest;
}

export const elementsOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);

export const withElement = (list: readonly Json[], at: number, value: Json | undefined): readonly Json[] =>
  value === undefined ? list.filter((_, index) => index !== at) : list.map((one, index) => (index === at ? value : one));

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * What was typed into a field for a number. What is no number stays text: a template, or something that the server refuses.
 * So does a number that would become another one here.
 */
export function numberOf(text: string): Json | undefined {
  const typed = text.trim();
  if (typed === "") return undefined;
  return NUMBER.test(typed) && isKept(typed) ? Number(typed) : text;
}

export const textOf = (value: Json | undefined): string =>
  value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);

export type Parsed = { readonly value: Json | undefined; readonly problem: null } | { readonly problem: string };

/** Reads JSON as it is typed; empty text is no value. A number that would become another one is a problem. */
export function parsed(text: string): Parsed {
  if (text.trim() === "") return { value: undefined, problem: null };
  try {
    const value = JSON.parse(text) as Json;
    const lost = lostIn(text);
    return lost === undefined ? { value, problem: null } : { problem: `${lost} has more digits than a number can keep here: write it in quotes` };
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: error.message };
    throw error;
  }
}

export const pretty = (value: Json | undefined): string => (value === undefined ? "" : JSON.stringify(value, null, 2));

/** Whether two values mean the same; the order of an object's keys means nothing. */
export function isSame(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) return one.length === other.length && one.every((part, at) => isSame(part, other[at]));
  if (!isJsonObject(one) || !isJsonObject(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]));
}
