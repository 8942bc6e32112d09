import { useState } from "react";
import { useI18n } from "../../i18n/I18n";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { ProblemView } from "../../ui/ProblemView";
import { useToast } from "../../ui/Toast";
import type { Base, Drafting } from "./useDrafting";

interface NoticesProps {
  drafting: Drafting;
  /** A version that somebody else has saved since. */
  stale: Base | null;
  error: Error | null;
  onShow: () => void;
}

/** What one has to know before going on: a draft that is back, a version that is newer, a check that failed. */
export function Notices({ drafting, stale, error, onShow }: NoticesProps) {
  const { t } = useI18n();
  return (
    <div className="notices">
      {stale && (
        <div className="editor-notice tone--warn" role="alert">
          <Icon name="warn" />
          <p>
            <strong>{t("editor.staleTitle", { version: stale.version })}</strong>{" "}
            {t("editor.staleLead", { mine: drafting.base.version })}
          </p>
          <Button size="small" onClick={onShow}>
            {t("editor.staleShow")}
          </Button>
        </div>
      )}
      <Restored drafting={drafting} />
      {!drafting.isKept && (
        <div className="editor-notice tone--warn" role="alert">
          <Icon name="warn" />
          <p>{t("editor.notKept")}</p>
        </div>
      )}
      {error && <ProblemView error={error} />}
    </div>
  );
}

function Restored({ drafting }: { drafting: Drafting }) {
  const { t, format } = useI18n();
  const { say } = useToast();
  const [isSeen, setIsSeen] = useState(false);
  const { restoredFrom, base, rebase, isChanged } = drafting;
  if (restoredFrom === null || isSeen || !isChanged) return null;
  const drop = () => {
    rebase(base, base.draft);
    say(t("editor.dropped"));
  };
  return (
    <div className="editor-notice tone--info" role="status">
      <Icon name="info" />
      <p>{t("editor.restored", { when: format.moment(new Date(restoredFrom)) })}</p>
      <Button size="small" onClick={drop}>
        {t("editor.dropDraft")}
      </Button>
      <Button size="small" kind="quiet" onClick={() => setIsSeen(true)}>
        {t("ui.dismiss")}
      </Button>
    </div>
  );
}
