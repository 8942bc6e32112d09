import { type ReactNode, useId } from "react";
import { names } from "./names";
import "./layout.css";

interface CardProps {
  title?: string;
  /** Beside the title: a count, a button. */
  aside?: ReactNode;
  headingLevel?: 2 | 3;
  /** Content that reaches the edges: tables, graphs. */
  isFlush?: boolean;
  children: ReactNode;
}

/** A part of a page, with a heading of its own. */
export function Card({ title, aside, headingLevel = 2, isFlush = false, children }: CardProps) {
  const id = useId();
  const Heading = `h${headingLevel}` as const;
  return (
    <section className={names("card", isFlush && "card--flush")} aria-labelledby={title ? id : undefined}>
      {(title || aside) && (
        <div className="card__head">
          {title && <Heading id={id}>{title}</Heading>}
          {aside && <div className="card__aside">{aside}</div>}
        </div>
      )}
      <div className="card__body">{children}</div>
    </section>
  );
}
