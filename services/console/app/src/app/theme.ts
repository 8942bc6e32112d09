import { useEffect, useState } from "react";
import { isOneOf, keep, kept } from "./preferences";

export type Theme = "light" | "dark" | "system";
export const themes: readonly Theme[] = ["system", "light", "dark"];

function preferred(): Theme {
  const chosen = kept("theme");
  return isOneOf(themes, chosen) ? chosen : "system";
}

function show(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

/** Before the first paint, so that nothing flashes. */
export const showPreferredTheme = () => show(preferred());

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(preferred);
  useEffect(() => show(theme), [theme]);
  const choose = (chosen: Theme) => {
    keep("theme", chosen);
    setTheme(chosen);
  };
  return [theme, choose];
}
