import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Icon, type IconName } from "./Icon";
import { names } from "./names";
import "./button.css";

type Native = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "className" | "style">;

interface ButtonProps extends Native {
  kind?: "plain" | "primary" | "danger" | "quiet";
  size?: "usual" | "small";
  icon?: IconName;
  isBusy?: boolean;
  children: ReactNode;
}

export function Button({ kind = "plain", size = "usual", icon, isBusy = false, children, ...native }: ButtonProps) {
  return (
    <button
      type="button"
      {...native}
      className={names("button", `button--${kind}`, size === "small" && "button--small")}
      aria-busy={isBusy || undefined}
      disabled={native.disabled || isBusy}
    >
      {isBusy ? <Icon name="spinner" /> : icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Native {
  icon: IconName;
  label: string;
  isBusy?: boolean;
}

export function IconButton({ icon, label, isBusy = false, ...native }: IconButtonProps) {
  return (
    <button
      type="button"
      title={label}
      aria-label={label}
      {...native}
      className="button button--quiet button--icon"
      aria-busy={isBusy || undefined}
      disabled={native.disabled || isBusy}
    >
      <Icon name={isBusy ? "spinner" : icon} />
    </button>
  );
}
