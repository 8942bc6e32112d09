import type { en } from "./en";

export type Language = "en" | "ko";
export const languages: readonly Language[] = ["en", "ko"];

type English = typeof en;
export type Area = keyof English & string;

/** What another language has to say for an area: every key of the English one, and no other. */
export type Translated<T> = { readonly [Key in keyof T]: string };
export type Messages = { readonly [A in Area]: Translated<English[A]> };

/** `area.key` of every message. */
export type MessageKey = { [A in Area]: `${A}.${keyof English[A] & string}` }[Area];

type Text<Key extends MessageKey> = Key extends `${infer A}.${infer K}`
  ? A extends Area
    ? K extends keyof English[A]
      ? English[A][K]
      : never
    : never
  : never;

type Named<Slot extends string> = Slot extends `${infer Name}:${string}` ? Name : Slot;
type Slots<T> = T extends `${string}{${infer Slot}}${infer Rest}` ? Named<Slot> | Slots<Rest> : never;

/** The values that a message asks for: none, or an object with a value for each `{slot}`. */
export type Values<Key extends MessageKey> = [Slots<Text<Key>>] extends [never]
  ? []
  : [Record<Slots<Text<Key>>, string | number>];

export type Translate = <Key extends MessageKey>(key: Key, ...values: Values<Key>) => string;
