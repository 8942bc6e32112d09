import { type ReactNode, useId } from "react";

/** A part of a panel. Folded ones hold what has good defaults. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className="panel__section" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {children}
    </section>
  );
}

export function Folded({ title, isOpen, children }: { title: string; isOpen: boolean; children: ReactNode }) {
  return (
    <details className="panel__section" open={isOpen || undefined}>
      <summary>
        <h3>{title}</h3>
      </summary>
      {children}
    </details>
  );
}
