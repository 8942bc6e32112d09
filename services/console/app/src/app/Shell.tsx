import { type ReactNode, useEffect, useRef, useState } from "react";
import { useI18n } from "../i18n/I18n";
import { Account } from "./Account";
import { Brand } from "./Brand";
import { LanguageChoice, ThemeChoice } from "./Choices";
import { MainNav } from "./MainNav";
import { MenuButton } from "./MenuButton";
import { useAddress } from "./navigation";
import "../ui/layout.css";
import "./shell.css";

export function Shell({ children }: { children: ReactNode }) {
  const { t } = useI18n();
  const main = useRef<HTMLElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const { path } = useAddress();
  useFocusOnChange(main, path);
  useEffect(() => setIsOpen(false), [path]);

  return (
    <div className="shell">
      <button type="button" className="shell__skip" onClick={() => main.current?.focus()}>
        {t("app.skip")}
      </button>
      <header className="shell__header" data-open={isOpen}>
        <a className="shell__home" href="#/definitions" aria-label={t("app.name")}>
          <Brand />
        </a>
        <MenuButton isOpen={isOpen} onToggle={() => setIsOpen(!isOpen)} />
        <div className="shell__bar" id="shell-bar">
          <MainNav />
          <div className="shell__tools">
            <LanguageChoice />
            <ThemeChoice />
            <Account />
          </div>
        </div>
      </header>
      <main className="shell__main" ref={main} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

/** Whoever opens another page with the keyboard or a screen reader goes on in it, not in the link that led there. */
function useFocusOnChange(main: React.RefObject<HTMLElement | null>, path: string): void {
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    main.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [main, path]);
}
