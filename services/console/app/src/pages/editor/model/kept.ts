import { isJsonObject } from "../../../forms/values";
import { type Draft, empty, type Step, textOf } from "./draft";

/** A draft that this browser keeps until it is saved or dropped, with the version that it was made from. */
export interface Kept {
  readonly version: number;
  readonly at: string;
  readonly draft: Draft;
  /** What the version said: to merge with what others save meanwhile. */
  readonly base: Draft;
}

const slot = (name: string) => `batchdag.draft.${name}`;

/** The kept draft of a definition; "" is the one that has no name yet. What cannot be read is as if it were not there. */
export function keptDraft(name: string, storage: Storage): Kept | null {
  return readKept(guarded(() => storage.getItem(slot(name))));
}

export function keepDraft(name: string, kept: Kept, storage: Storage): boolean {
  const text = JSON.stringify({ ...kept, draft: JSON.parse(textOf(kept.draft)), base: JSON.parse(textOf(kept.base)) });
  return guarded(() => (storage.setItem(slot(name), text), true)) ?? false;
}

export function dropDraft(name: string, storage: Storage): void {
  guarded(() => storage.removeItem(slot(name)));
}

export function readKept(text: string | null): Kept | null {
  if (text === null) return null;
  const found = readJson(text);
  if (!isJsonObject(found) || typeof found["version"] !== "number" || typeof found["at"] !== "string") return null;
  const [draft, base] = [readDraft(found["draft"]), readDraft(found["base"])];
  return draft && base ? { version: found["version"], at: found["at"], draft, base } : null;
}

/** A draft from JSON of elsewhere: a kept one, or one that was pasted in. Null: it is no definition. */
export function readDraft(value: unknown): Draft | null {
  if (!isJsonObject(value) || !Array.isArray(value["steps"]) || !value["steps"].every(isStep)) return null;
  const { version: _version, ...given } = value;
  return { ...empty, ...(given as Partial<Draft>) };
}

const isStep = (step: unknown): step is Step => isJsonObject(step) && typeof step["key"] === "string";

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

// A browser that keeps nothing (private, full) is no reason to fail.
function guarded<T>(act: () => T): T | null {
  try {
    return act();
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
