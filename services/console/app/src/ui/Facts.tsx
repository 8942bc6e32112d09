import type { ReactNode } from "react";
import "./layout.css";

export interface Fact {
  name: string;
  value: ReactNode;
}

/** Names with values, as many in a row as fit. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="facts">
      {facts.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
