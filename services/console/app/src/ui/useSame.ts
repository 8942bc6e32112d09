import { useMemo } from "react";

/** A value of JSON, the same object for as long as it says the same: what is made from it stays as it was, too. */
export function useSame<T>(value: T): T {
  const text = JSON.stringify(value);
  return useMemo(() => JSON.parse(text) as T, [text]);
}
