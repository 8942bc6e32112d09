import type { ReactNode } from "react";
import { useI18n } from "../i18n/I18n";
import { Icon, type IconName } from "./Icon";
import { isKnownState, lookOf, type Tone } from "./states";
import "./badge.css";

interface BadgeProps {
  tone?: Tone;
  icon?: IconName;
  title?: string | undefined;
  children: ReactNode;
}

export function Badge({ tone = "neutral", icon, title, children }: BadgeProps) {
  return (
    <span className={`badge tone--${tone}`} title={title}>
      {icon && <Icon name={icon} size={14} />}
      {children}
    </span>
  );
}

/** A state by colour, shape and word, wherever the API gives one. */
export function StateBadge({ state, title }: { state: string; title?: string }) {
  const words = useStateWords();
  const { tone, icon } = lookOf(state);
  return (
    <Badge tone={tone} icon={icon} title={title}>
      {words(state)}
    </Badge>
  );
}

/** What a state is called; one that a newer server sends is shown as it is. */
export function useStateWords(): (state: string) => string {
  const { t } = useI18n();
  return (state) => (isKnownState(state) ? t(`words.${state}`) : state);
}
