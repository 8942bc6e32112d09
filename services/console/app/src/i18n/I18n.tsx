import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { isOneOf, keep, kept } from "../app/preferences";
import { type Fill, makeFill } from "./fill";
import { type Format, makeFormat } from "./format";
import { type Area, type Language, languages, type Messages, type Translate } from "./types";

interface I18n {
  language: Language;
  setLanguage: (language: Language) => void;
  t: Translate;
  format: Format;
  /** The message of a code that a server sends; undefined: a newer server, and this console has none. */
  find: (area: Area, name: string) => string | undefined;
  fill: Fill;
}

const Context = createContext<I18n | null>(null);

const load: Record<Language, () => Promise<Messages>> = {
  en: async () => (await import("./en")).en,
  ko: async () => (await import("./ko")).ko,
};

function preferred(): Language {
  const chosen = kept("language");
  if (isOneOf(languages, chosen)) return chosen;
  return navigator.languages.some((tag) => tag.startsWith("ko")) ? "ko" : "en";
}

/** Loads the words while the rest is made ready; the provider loads them too, and waits for them. */
export const loadPreferred = (): void => void load[preferred()]().catch(() => undefined);

export function I18nProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(preferred);
  const [loaded, setLoaded] = useState<{ language: Language; messages: Messages } | null>(null);

  useEffect(() => {
    let isWanted = true;
    void load[language]().then((messages) => isWanted && setLoaded({ language, messages }));
    return () => {
      isWanted = false;
    };
  }, [language]);

  const shown = loaded?.language;
  useEffect(() => {
    if (shown) document.documentElement.lang = shown;
  }, [shown]);

  const value = useMemo(() => loaded && makeI18n(loaded.language, loaded.messages, setLanguage), [loaded]);
  return value && <Context value={value}>{children}</Context>;
}

function makeI18n(language: Language, messages: Messages, choose: (language: Language) => void): I18n {
  const fill = makeFill(language);
  const byKey: Record<string, Record<string, string>> = messages;
  const find = (area: Area, name: string) => byKey[area]?.[name];
  const t = ((key: string, values?: Record<string, string | number>) => {
    const [area = "", ...name] = key.split(".");
    return fill(byKey[area]?.[name.join(".")] ?? key, values);
  }) as Translate;
  const setLanguage = (chosen: Language) => {
    keep("language", chosen);
    choose(chosen);
  };
  return { language, setLanguage, t, format: makeFormat(language), find, fill };
}

export function useI18n(): I18n {
  const value = useContext(Context);
  if (value === null) throw new Error("useI18n is used outside I18nProvider");
  return value;
}
