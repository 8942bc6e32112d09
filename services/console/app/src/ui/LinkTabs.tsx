import { href } from "../app/address";
import type { To } from "../app/routes";
import "./tabs.css";

export interface LinkTab {
  label: string;
  to: To;
  isCurrent: boolean;
}

/** Pages that belong together, as links that look like tabs: each has an address of its own. */
export function LinkTabs({ label, tabs }: { label: string; tabs: readonly LinkTab[] }) {
  return (
    <nav className="tabs__list" aria-label={label}>
      {tabs.map(({ label: words, to, isCurrent }) => (
        <a key={words} href={href(to)} aria-current={isCurrent ? "page" : undefined}>
          {words}
        </a>
      ))}
    </nav>
  );
}
