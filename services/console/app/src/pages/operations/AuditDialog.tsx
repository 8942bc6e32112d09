import type { AuditOut } from "../../api/schema";
import { isRole } from "../../app/roles";
import { useI18n } from "../../i18n/I18n";
import { CodeText } from "../../ui/CodeText";
import { Dialog } from "../../ui/Dialog";
import { Facts } from "../../ui/Facts";
import { Time } from "../../ui/Values";
import { AuditOutcome } from "./AuditOutcome";

/** One entry of the audit log, with what was there before and after. */
export function AuditDialog({ entry, onClose }: { entry: AuditOut; onClose: () => void }) {
  const { t } = useI18n();
  const role = isRole(entry.role) ? t(`words.${entry.role}`) : entry.role;
  return (
    <Dialog title={`${entry.action} · ${entry.subject}`} size="wide" onClose={onClose}>
      <Facts
        facts={[
          { name: t("operations.time"), value: <Time at={entry.at} form="moment" /> },
          { name: t("operations.actor"), value: `${entry.actor} · ${role}` },
          { name: t("operations.outcome"), value: <AuditOutcome outcome={entry.outcome} /> },
          { name: t("operations.client"), value: entry.client },
        ]}
      />
      {entry.error && <p>{entry.error}</p>}
      <div className="two-parts">
        <Side title={t("operations.before")} value={entry.before} />
        <Side title={t("operations.after")} value={entry.after} />
      </div>
    </Dialog>
  );
}

function Side({ title, value }: { title: string; value: unknown }) {
  const { t } = useI18n();
  return (
    <section className="stack" aria-label={title}>
      <h3>{title}</h3>
      {value === null || value === undefined ? (
        <p className="faint">{t("operations.nothingRecorded")}</p>
      ) : (
        <CodeText isBlock text={JSON.stringify(value, null, 2)} />
      )}
    </section>
  );
}
