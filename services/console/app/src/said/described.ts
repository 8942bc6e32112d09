/** The same value with its descriptions, at whatever depth, in the words of a table; those that it lacks stay. */
export function described<T>(value: T, texts: Readonly<Record<string, string>>): T {
  if (Array.isArray(value)) return value.map((one) => described(one, texts)) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => {
    const known = name === "description" && typeof inner === "string" && Object.hasOwn(texts, inner) ? texts[inner] : undefined;
    return [name, known ?? described(inner, texts)] as const;
  });
  return Object.fromEntries(entries) as T;
}
