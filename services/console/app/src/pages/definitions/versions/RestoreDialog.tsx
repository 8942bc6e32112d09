import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../../api/client";
import { keys } from "../../../api/keys";
import { Problem } from "../../../api/problem";
import { setQuery } from "../../../app/navigation";
import { useI18n } from "../../../i18n/I18n";
import { Button } from "../../../ui/Button";
import { ConfirmDialog } from "../../../ui/Dialog";
import { ProblemView } from "../../../ui/ProblemView";
import { useToast } from "../../../ui/Toast";
import { Differences } from "./Comparison";

interface RestoreDialogProps {
  name: string;
  version: number;
  /** The version that stands, as far as is known. */
  standing: number;
  onClose: () => void;
}

/** Shows what would change back, then makes an old version the newest; not over what somebody else has saved meanwhile. */
export function RestoreDialog({ name, version, standing, onClose }: RestoreDialogProps) {
  const { t } = useI18n();
  const { say } = useToast();
  const client = useQueryClient();
  const renew = () => client.invalidateQueries({ queryKey: keys.definitions });
  const restoring = useMutation({
    mutationFn: () => restore(name, version, standing),
    onSuccess: async ({ version: made, changed }) => {
      say(changed ? t("definitions.restored", { version: String(version), made: String(made) }) : t("definitions.restoredSame"));
      onClose();
      setQuery({ from: null, to: null });
      await renew();
    },
  });
  const isStale = restoring.error instanceof Problem && restoring.error.isConflict;
  return (
    <ConfirmDialog
      title={t("definitions.restoreTitle", { version: String(version) })}
      confirm={t("definitions.restoreButton", { made: String(standing + 1) })}
      size="wide"
      isBusy={restoring.isPending}
      isDisabled={isStale}
      onConfirm={() => restoring.mutate()}
      onClose={onClose}
    >
      <div className="stack">
        <p>{t("definitions.restoreLead", { made: String(standing + 1) })}</p>
        {restoring.error && <ProblemView error={restoring.error} />}
        {isStale ? (
          <div className="row">
            <Button icon="refresh" onClick={() => void renew()}>
              {t("definitions.restoreAnew")}
            </Button>
          </div>
        ) : (
          <Differences name={name} pair={{ from: standing, to: version }} />
        )}
      </div>
    </ConfirmDialog>
  );
}

const restore = (name: string, version: number, expected: number) =>
  body(api.POST("/definitions/{name}/restore", { params: { path: { name } }, body: { version, expected } }));
