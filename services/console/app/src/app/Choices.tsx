import { useI18n } from "../i18n/I18n";
import { languages } from "../i18n/types";
import { SmallSelect } from "../ui/SmallSelect";
import { type Theme, themes, useTheme } from "./theme";

const NAMES = { en: "English", ko: "한국어" } as const;

export function LanguageChoice() {
  const { t, language, setLanguage } = useI18n();
  return (
    <SmallSelect
      icon="globe"
      label={t("app.language")}
      value={language}
      onChange={setLanguage}
      options={languages.map((value) => ({ value, label: NAMES[value] }))}
    />
  );
}

export function ThemeChoice() {
  const { t } = useI18n();
  const [theme, setTheme] = useTheme();
  const labels: Record<Theme, string> = {
    system: t("app.themeSystem"),
    light: t("app.themeLight"),
    dark: t("app.themeDark"),
  };
  return (
    <SmallSelect
      icon="contrast"
      label={t("app.theme")}
      value={theme}
      onChange={setTheme}
      options={themes.map((value) => ({ value, label: labels[value] }))}
    />
  );
}
