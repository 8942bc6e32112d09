import { useQuery } from "@tanstack/react-query";
import type { InstanceDetail } from "../../../api/schema";
import { setQuery } from "../../../app/navigation";
import { useI18n } from "../../../i18n/I18n";
import { useSaid } from "../../../said";
import { Button } from "../../../ui/Button";
import { Dialog } from "../../../ui/Dialog";
import { Loading } from "../../../ui/Loading";
import { ProblemView } from "../../../ui/ProblemView";
import { whyQuery } from "../data/queries";

const EVERY_MS = 5_000;

/** Why is this not running? For each step that is not done. */
export function WhyDialog({ instance, onClose }: { instance: InstanceDetail; onClose: () => void }) {
  const { t } = useI18n();
  const said = useSaid();
  const why = useQuery({ ...whyQuery(instance.id), refetchInterval: EVERY_MS });
  return (
    <Dialog title={t("instances.whyTitle")} onClose={onClose} actions={<Button onClick={onClose}>{t("ui.close")}</Button>}>
      {why.isPending && <Loading rows={2} />}
      {why.error && <ProblemView error={why.error} onRetry={() => void why.refetch()} />}
      <ul className="why" aria-live="polite">
        {why.data?.map((one) => (
          <Why key={one.step_key} step={one.step_key} words={said("standing", one, one.words)} />
        ))}
      </ul>
    </Dialog>
  );
}

function Why({ step, words }: { step: string | null; words: string }) {
  const { t } = useI18n();
  return (
    <li>
      <p>{words}</p>
      {step && (
        <Button size="small" kind="quiet" onClick={() => setQuery({ do: null, step })}>
          {t("instances.openStep", { step })}
        </Button>
      )}
    </li>
  );
}
