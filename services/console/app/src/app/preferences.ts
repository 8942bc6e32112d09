type Preference = "language" | "theme";

const name = (preference: Preference) => `batchdag.${preference}`;

export const isOneOf = <T extends string>(known: readonly T[], value: string | null): value is T =>
  known.some((one) => one === value);

/** What this browser was told before. A browser that keeps nothing (private, full) is no reason to fail. */
export function kept(preference: Preference): string | null {
  try {
    return window.localStorage.getItem(name(preference));
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

export function keep(preference: Preference, value: string): void {
  try {
    window.localStorage.setItem(name(preference), value);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
