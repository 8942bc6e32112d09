import { useI18n } from "../i18n/I18n";
import { Icon, type IconName } from "../ui/Icon";
import { Link } from "../ui/Link";
import { useAddress } from "./navigation";
import type { Pattern } from "./routes";

interface Entry {
  to: Pattern & ("/definitions" | "/instances" | "/explanations" | "/embeddings" | "/operations");
  key: "app.definitions" | "app.instances" | "app.explanations" | "app.embeddings" | "app.operations";
  icon: IconName;
  also: readonly string[];
}

const entries: readonly Entry[] = [
  { to: "/definitions", key: "app.definitions", icon: "graph", also: ["/new"] },
  { to: "/instances", key: "app.instances", icon: "play", also: ["/rehearsals"] },
  { to: "/explanations", key: "app.explanations", icon: "text", also: [] },
  { to: "/embeddings", key: "app.embeddings", icon: "vectors", also: [] },
  { to: "/operations", key: "app.operations", icon: "pulse", also: [] },
];

const isUnder = (path: string, area: string) => path === area || path.startsWith(`${area}/`);

export function MainNav() {
  const { t } = useI18n();
  const { path } = useAddress();
  return (
    <nav className="nav" aria-label={t("app.mainNav")}>
      <ul>
        {entries.map(({ to, key, icon, also }) => (
          <li key={to}>
            <Link to={to} isCurrent={[to, ...also].some((area) => isUnder(path, area))}>
              <Icon name={icon} />
              {t(key)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
