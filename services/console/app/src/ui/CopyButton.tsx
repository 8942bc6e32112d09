import { useEffect, useState } from "react";
import { useI18n } from "../i18n/I18n";
import { IconButton } from "./Button";

const SHOWN_MS = 1_500;

export function CopyButton({ text }: { text: string }) {
  const { t } = useI18n();
  const [isCopied, setIsCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = window.setTimeout(() => setIsCopied(false), SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [isCopied]);
  // Without TLS a browser has no clipboard but on loopback.
  if (!("clipboard" in navigator)) return null;
  return (
    <IconButton
      icon={isCopied ? "check" : "copy"}
      label={isCopied ? t("ui.copied") : t("ui.copy")}
      onClick={() => void navigator.clipboard.writeText(text).then(() => setIsCopied(true))}
    />
  );
}
