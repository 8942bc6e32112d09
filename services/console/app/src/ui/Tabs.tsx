import { type KeyboardEvent, type ReactNode, useId, useRef } from "react";
import { useI18n } from "../i18n/I18n";
import "./tabs.css";

export interface Tab<Key extends string> {
  key: Key;
  label: string;
  count?: number | undefined;
}

interface TabsProps<Key extends string> {
  label: string;
  tabs: readonly Tab<Key>[];
  value: Key;
  onChange: (key: Key) => void;
  /** What the chosen tab shows. */
  children: ReactNode;
}

const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };

/** Tabs by the pattern of ARIA: arrow keys go between them, Tab goes into the panel. */
export function Tabs<Key extends string>({ label, tabs, value, onChange, children }: TabsProps<Key>) {
  const { format } = useI18n();
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const open = (at: number) => {
    const tab = tabs[(at + tabs.length) % tabs.length];
    if (tab === undefined) return;
    onChange(tab.key);
    list.current?.querySelectorAll<HTMLButtonElement>("[role=tab]")[tabs.indexOf(tab)]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = tabs.findIndex(({ key }) => key === value);
    const step = steps[event.key];
    if (step !== undefined) open(at + step);
    else if (event.key === "Home") open(0);
    else if (event.key === "End") open(tabs.length - 1);
    else return;
    event.preventDefault();
  };
  return (
    <div className="tabs">
      <div className="tabs__list" role="tablist" aria-label={label} ref={list} onKeyDown={onKeyDown}>
        {tabs.map((tab) => (
          <button
            key={tab.key}
            type="button"
            role="tab"
            id={`${id}-${tab.key}`}
            aria-selected={tab.key === value}
            aria-controls={`${id}-panel`}
            tabIndex={tab.key === value ? 0 : -1}
            onClick={() => onChange(tab.key)}
          >
            {tab.label}
            {tab.count !== undefined && <span className="tabs__count">{format.count(tab.count)}</span>}
          </button>
        ))}
      </div>
      <div className="tabs__panel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`}>
        {children}
      </div>
    </div>
  );
}
