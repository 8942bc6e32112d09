import type { LetterOut } from "../../api/schema";
import { Can } from "../../app/me";
import { useI18n } from "../../i18n/I18n";
import { StateBadge } from "../../ui/Badge";
import { Button } from "../../ui/Button";
import { CodeText } from "../../ui/CodeText";
import { Dialog } from "../../ui/Dialog";
import { Facts } from "../../ui/Facts";
import { Time } from "../../ui/Values";
import { requeue, useRequeue } from "./requeueing";

/** One dead letter: the row as it came, and why it was given up. */
export function LetterDialog({ letter, onClose }: { letter: LetterOut; onClose: () => void }) {
  const { t } = useI18n();
  const again = useRequeue(() => requeue([letter.id]), onClose);
  return (
    <Dialog
      title={t("embeddings.letterTitle", { id: String(letter.id) })}
      size="wide"
      onClose={onClose}
      actions={
        letter.state === "dead" && (
          <Can role="operator">
            <Button kind="primary" icon="refresh" isBusy={again.isPending} onClick={() => again.mutate()}>
              {t("embeddings.requeue")}
            </Button>
          </Can>
        )
      }
    >
      <Facts
        facts={[
          { name: t("embeddings.state"), value: <StateBadge state={letter.state} /> },
          { name: t("embeddings.source"), value: letter.source },
          { name: t("embeddings.step"), value: letter.step_key },
          { name: t("embeddings.since"), value: <Time at={letter.created_at} form="moment" /> },
        ]}
      />
      <h3>{t("embeddings.reason")}</h3>
      <CodeText isBlock text={letter.reason} />
      <h3>{t("embeddings.payload")}</h3>
      <CodeText isBlock text={JSON.stringify(letter.payload, null, 2)} />
    </Dialog>
  );
}
