import type { ReactNode } from "react";
import { Icon, type IconName } from "./Icon";
import "./feedback.css";

interface EmptyProps {
  title: string;
  lead?: string;
  icon?: IconName;
  headingLevel?: 1 | 2 | 3;
  children?: ReactNode;
}

/** Says that there is nothing, and what to do about it. */
export function Empty({ title, lead, icon = "info", headingLevel = 2, children }: EmptyProps) {
  const Heading = `h${headingLevel}` as const;
  return (
    <div className="empty">
      <Icon name={icon} size={28} />
      <Heading className="empty__title">{title}</Heading>
      {lead && <p className="empty__lead">{lead}</p>}
      {children && <div className="empty__actions">{children}</div>}
    </div>
  );
}
