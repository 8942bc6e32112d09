import { useAddress } from "../app/navigation";
import { href } from "../app/address";
import type { To } from "../app/routes";
import { Link } from "./Link";
import "./tabs.css";

export type SubNavEntry = To & { label: string };

/** The pages of an area beside each other: links that look like tabs. */
export function SubNav({ label, entries }: { label: string; entries: readonly SubNavEntry[] }) {
  const { path } = useAddress();
  return (
    <nav className="subnav" aria-label={label}>
      <ul>
        {entries.map(({ label: name, ...to }) => {
          const address = href(to as To);
          return (
            <li key={address}>
              <Link {...(to as To)} isCurrent={address.split("?")[0] === `#${path}`}>
                {name}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
