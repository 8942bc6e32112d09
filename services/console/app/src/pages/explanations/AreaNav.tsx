import { useI18n } from "../../i18n/I18n";
import { Link } from "../../ui/Link";
import "./explanations.css";

/** Between the two parts of this area. */
export function AreaNav({ current }: { current: "sets" | "prompts" }) {
  const { t } = useI18n();
  return (
    <nav className="area-nav" aria-label={t("explanations.areaNav")}>
      <Link to="/explanations" isCurrent={current === "sets"}>
        {t("explanations.navSets")}
      </Link>
      <Link to="/explanations/prompts" isCurrent={current === "prompts"}>
        {t("explanations.navPrompts")}
      </Link>
    </nav>
  );
}
