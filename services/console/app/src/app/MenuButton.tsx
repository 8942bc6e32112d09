import { useI18n } from "../i18n/I18n";
import { Icon } from "../ui/Icon";

export function MenuButton({ isOpen, onToggle }: { isOpen: boolean; onToggle: () => void }) {
  const { t } = useI18n();
  return (
    <button
      type="button"
      className="shell__menu"
      aria-expanded={isOpen}
      aria-controls="shell-bar"
      aria-label={t("app.menu")}
      onClick={onToggle}
    >
      <Icon name={isOpen ? "close" : "menu"} size={18} />
    </button>
  );
}
