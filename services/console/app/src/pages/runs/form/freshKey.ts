import { useRef } from "react";

const BYTES = 16;

/** A key that nobody has used. `crypto.randomUUID` is not there on a page without TLS. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return `console-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** One idempotency key for the same content: sent twice it starts once, and what was edited since is a new start. */
export function useKeyOf(content: string): string {
  const known = useRef<{ content: string; key: string } | null>(null);
  if (known.current?.content !== content) known.current = { content, key: freshKey() };
  return known.current.key;
}
