import { useI18n } from "../i18n/I18n";
import { useStateWords } from "../ui/Badge";
import { type Said, type SaidArea, sentence } from "./sentence";
import { useReasonWords, useTriggerWords } from "./words";

/** Says what the server says in the chosen language; for what this console has no words, it is the server's English. */
export function useSaid(): (area: SaidArea, said: Said, words: string) => string {
  const { find, fill, format } = useI18n();
  const [state, trigger, reason] = [useStateWords(), useTriggerWords(), useReasonWords()];
  const fact = (name: string, values?: Parameters<typeof fill>[1]) => {
    const text = find("facts", name);
    return text === undefined ? null : fill(text, values);
  };
  const saying = { find, fill, format, fact, state, trigger, reason };
  return (area, said, words) => sentence(saying, area, said) ?? words;
}
