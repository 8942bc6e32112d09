import type { PromptOut } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { Button } from "../../../ui/Button";
import { Icon } from "../../../ui/Icon";

interface NewerProps {
  stands: PromptOut;
  base: number;
  onCompare: () => void;
}

/** Somebody has saved while this one edits. */
export function Newer({ stands, base, onCompare }: NewerProps) {
  const { t } = useI18n();
  return (
    <section className="set-notice tone--warn" role="status">
      <Icon name="warn" size={18} />
      <div>
        <strong>{t("prompts.newerTitle", { name: stands.edited_by, version: stands.version })}</strong>
        <p>{t("prompts.newerLead", { base })}</p>
      </div>
      <Button size="small" onClick={onCompare}>
        {t("prompts.compare")}
      </Button>
    </section>
  );
}
