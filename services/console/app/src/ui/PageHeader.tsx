import type { ReactNode } from "react";
import { useTitle } from "../app/title";
import "./layout.css";

interface PageHeaderProps {
  title: string;
  lead?: ReactNode;
  /** Where this page is: links to those above it. */
  above?: ReactNode;
  /** Badges beside the title. */
  beside?: ReactNode;
  /** Buttons. */
  children?: ReactNode;
}

/** The one heading of a page, which also names the tab of the browser. */
export function PageHeader({ title, lead, above, beside, children }: PageHeaderProps) {
  useTitle(title);
  return (
    <div className="page-header">
      <div className="page-header__words">
        {above && <div className="page-header__above">{above}</div>}
        <div className="page-header__title">
          <h1>{title}</h1>
          {beside}
        </div>
        {lead && <div className="page-header__lead">{lead}</div>}
      </div>
      {children && <div className="page-header__actions">{children}</div>}
    </div>
  );
}
