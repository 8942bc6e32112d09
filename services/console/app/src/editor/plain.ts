import { LanguageSupport, StreamLanguage } from "@codemirror/language";

/**
 * Stands in for `@codemirror/lang-html` (see vite.config.ts), which the language of templates wants around its own marks:
 * a prompt is no web page, and the parsers of HTML, CSS and JavaScript would be two fifths of the editor.
 */
const plain = StreamLanguage.define<null>({
  name: "plain",
  token: (stream) => {
    stream.skipToEnd();
    return null;
  },
});

export const html = () => new LanguageSupport(plain);
