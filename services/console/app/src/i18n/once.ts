/** A value that is made when it is first asked for: the browser takes long to make ready what knows a language. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
