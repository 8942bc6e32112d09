/**
 * What a field has told its page. It comes back as the value, on a slow machine only after more keys: then it is nothing
 * new, and to show it would take those keys back.
 */
export class Echoes {
  #told: string[];

  /** `first`: what the field was made with, which comes back, too. */
  constructor(first: string) {
    this.#told = [first];
  }

  tell(text: string): void {
    this.#told.push(text);
  }

  /** Whether a value is an echo. What was told before it is not waited for any more: a page may leave some out. */
  hears(value: string): boolean {
    const at = this.#told.lastIndexOf(value);
    this.#told = at < 0 ? [] : this.#told.slice(at + 1);
    return at >= 0;
  }
}
