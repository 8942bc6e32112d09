import { type MouseEvent, type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { useI18n } from "../i18n/I18n";
import { Button, IconButton } from "./Button";
import { names } from "./names";
import "./dialog.css";

interface DialogProps {
  title: string;
  onClose: () => void;
  size?: "usual" | "wide";
  /** Buttons at the bottom. */
  actions?: ReactNode;
  children: ReactNode;
}

/**
 * A modal dialog. It is open while it is rendered; the browser keeps the focus inside and gives it back. What closes it
 * comes last, so that the focus begins in what it is about.
 */
export function Dialog({ title, onClose, size = "usual", actions, children }: DialogProps) {
  const { t } = useI18n();
  const id = useId();
  const element = useRef<HTMLDialogElement>(null);
  // Closed while it is still in the page: later the browser would not know where the focus came from.
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  const closeOutside = (event: MouseEvent) => event.target === element.current && onClose();
  return (
    <dialog
      ref={element}
      className={names("dialog", size === "wide" && "dialog--wide")}
      aria-labelledby={id}
      onMouseDown={closeOutside}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className="dialog__frame">
        <div className="dialog__head">
          <h2 id={id}>{title}</h2>
        </div>
        <div className="dialog__body">{children}</div>
        {actions && <div className="dialog__actions">{actions}</div>}
        <div className="dialog__close">
          <IconButton icon="close" label={t("ui.close")} onClick={onClose} />
        </div>
      </div>
    </dialog>
  );
}

interface ConfirmDialogProps {
  title: string;
  confirm: string;
  /** What the other button is called, where `Cancel` could be taken for the deed itself. */
  dismiss?: string;
  kind?: "primary" | "danger";
  isBusy?: boolean;
  isDisabled?: boolean;
  size?: "usual" | "wide";
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** Asks before something is done: what will happen is said in it, and the button names it. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, confirm, dismiss, kind = "primary", isBusy = false, isDisabled = false, size } = props;
  const { onConfirm, onClose, children } = props;
  const { t } = useI18n();
  return (
    <Dialog
      title={title}
      onClose={onClose}
      size={size ?? "usual"}
      actions={
        <>
          <Button onClick={onClose}>{dismiss ?? t("ui.cancel")}</Button>
          <Button kind={kind} onClick={onConfirm} isBusy={isBusy} disabled={isDisabled}>
            {confirm}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
