import type { Metadata, Row } from "./searching";

const NAMES = ["title", "name", "label", "question"] as const;
const LONGEST = 160;

/** What a row is called: a field that reads like a name, else its id. */
export function titleOf({ id, metadata }: Row): string {
  const name = NAMES.map((field) => metadata[field]).find((value) => typeof value === "string" && value !== "");
  return typeof name === "string" ? name : id;
}

function wordsOf(value: unknown): string | null {
  if (Array.isArray(value)) return value.filter((one) => typeof one !== "object").join(", ");
  if (typeof value === "object" || value === undefined) return null;
  return String(value);
}

/** The fields of a row that fit into a line, but for its title. */
export function fieldsOf({ metadata }: { metadata: Metadata }, title: string): { name: string; value: string }[] {
  return Object.entries(metadata).flatMap(([name, given]) => {
    const value = wordsOf(given);
    return value === null || value === "" || value === title || value.length > LONGEST ? [] : [{ name, value }];
  });
}
