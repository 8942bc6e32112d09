import type { ReactNode } from "react";
import { href } from "../app/address";
import type { To } from "../app/routes";
import { names } from "./names";

type LinkProps = To & {
  children: ReactNode;
  look?: "text" | "button" | "primary" | "row";
  isCurrent?: boolean;
  label?: string;
};

const looks = {
  text: "link",
  button: "button button--plain",
  primary: "button button--primary",
  row: "link link--row",
} as const;

/** A link to a page of the console: `<Link to="/instances/:id" params={{ id: 7 }}>`. */
export function Link({ children, look = "text", isCurrent = false, label, ...to }: LinkProps) {
  return (
    <a href={href(to as To)} className={names(looks[look])} aria-current={isCurrent ? "page" : undefined} aria-label={label}>
      {children}
    </a>
  );
}
