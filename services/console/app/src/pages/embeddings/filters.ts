export const comparisons = ["EQ", "NE", "IN", "GTE", "LTE", "HAS", "CONTAINS", "EXISTS"] as const;
export type Comparison = (typeof comparisons)[number];

/** A filter as it is typed. */
export interface Filter {
  field: string;
  op: Comparison;
  value: string;
}

/** A filter as GraphQL takes it. */
export interface Condition {
  field: string;
  op: Comparison;
  value: unknown;
}

/** What is typed as the value that is meant: 40000 is a number, true is a truth, "40000" in quotes and the rest are texts. */
export function valueOf(typed: string): unknown {
  const text = typed.trim();
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (text === "true" || text === "false") return text === "true";
  if (/^".*"$/s.test(text)) return text.slice(1, -1);
  return text;
}

const listOf = (typed: string) => typed.split(",").map(valueOf).filter((value) => value !== "");

/** Filters that are filled in, as conditions. */
export const conditionsOf = (filters: readonly Filter[]): Condition[] =>
  filters
    .filter(({ field, op, value }) => field.trim() !== "" && (op === "EXISTS" || value.trim() !== ""))
    .map(({ field, op, value }) => ({ field: field.trim(), op, value: meant(op, value) }));

function meant(op: Comparison, value: string): unknown {
  if (op === "IN") return listOf(value);
  if (op === "EXISTS") return value.trim() !== "false";
  return op === "CONTAINS" ? value.trim() : valueOf(value);
}

const isComparison = (value: unknown): value is Comparison => comparisons.some((one) => one === value);

function isFilter(value: unknown): value is Filter {
  if (typeof value !== "object" || value === null) return false;
  const { field, op, value: typed } = value as Record<string, unknown>;
  return typeof field === "string" && typeof typed === "string" && isComparison(op);
}

/** Filters out of the address; what is none is left out. */
export function readFilters(text: string | undefined): Filter[] {
  if (!text) return [];
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) ? found.filter(isFilter) : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

export const writeFilters = (filters: readonly Filter[]): string | null => (filters.length === 0 ? null : JSON.stringify(filters));
