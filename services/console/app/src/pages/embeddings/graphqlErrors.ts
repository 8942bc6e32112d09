export const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** The words of the first error of an answer; null: there is none. */
export function refusalOf(errors: unknown): string | null {
  if (!Array.isArray(errors) || errors.length === 0) return null;
  const first: unknown = errors[0];
  return isObject(first) && typeof first["message"] === "string" ? first["message"] : "GraphQL refused the query";
}
