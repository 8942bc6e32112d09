import type { ReactNode } from "react";
import { Icon, type IconName } from "./Icon";
import { lookOf, type Tone } from "./states";
import "./feedback.css";

interface NoticeProps {
  title: ReactNode;
  tone?: Tone;
  icon?: IconName;
  children?: ReactNode;
}

/** Something that is worth knowing on this page, and is no refusal. */
export function Notice({ title, tone = "info", icon = "info", children }: NoticeProps) {
  return (
    <section className={`notice tone--${tone}`}>
      <Icon name={icon} size={18} />
      <div className="notice__words">
        <strong>{title}</strong>
        {children}
      </div>
    </section>
  );
}

/** A notice in the colours of a state. */
export function StateNotice({ state, title, children }: { state: string; title: ReactNode; children?: ReactNode }) {
  return (
    <Notice {...lookOf(state)} title={title}>
      {children}
    </Notice>
  );
}
