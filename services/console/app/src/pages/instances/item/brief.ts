const MOST = 240;

/** The beginning of a value, on one line: `word: apple · level: 3`. */
export function brief(value: unknown): string {
  const text = isObject(value)
    ? Object.entries(value).map(([name, part]) => `${name}: ${one(part)}`).join(" · ")
    : one(value);
  const line = text.replace(/\s+/g, " ");
  return line.length > MOST ? `${line.slice(0, MOST)}…` : line;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const one = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value) ?? "");

/** A value as it is kept: text as it is, anything else as JSON that can be read. */
export const whole = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value, null, 2) ?? "");
