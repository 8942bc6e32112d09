import { useI18n } from "../../i18n/I18n";
import { Badge } from "../../ui/Badge";
import { Button, IconButton } from "../../ui/Button";
import { Link } from "../../ui/Link";
import { PageHeader } from "../../ui/PageHeader";
import { useBench } from "./bench";
import { countOf } from "./model/places";
import type { Checking } from "./useChecked";
import type { Drafting } from "./useDrafting";

interface ToolbarProps {
  drafting: Drafting;
  checking: Checking;
  onAdd: () => void;
  onRehearse: () => void;
  onSave: () => void;
}

/** What is edited, how it stands, and what can be done with the whole of it. */
export function Toolbar({ drafting, checking, onAdd, onRehearse, onSave }: ToolbarProps) {
  const { t } = useI18n();
  const { isNew, isReadOnly, draft } = useBench();
  const { base, isChanged, canUndo, canRedo, undo, redo } = drafting;
  return (
    <PageHeader
      title={isNew ? draft.name || t("editor.newTitle") : draft.name}
      lead={t(isReadOnly ? "editor.readOnly" : isNew ? "editor.newLead" : "editor.lead")}
      above={
        <>
          <Link to="/definitions">{t("definitions.title")}</Link>
          {!isNew && (
            <>
              {" / "}
              <Link to="/definitions/:name" params={{ name: draft.name }}>
                {draft.name}
              </Link>
            </>
          )}
        </>
      }
      beside={
        <>
          {!isNew && <Badge>{t("editor.version", { version: base.version })}</Badge>}
          {isChanged && (
            <Badge tone="warn" icon="edit">
              {t("editor.unsaved")}
            </Badge>
          )}
          <Verdict checking={checking} isEmpty={draft.steps.length === 0} />
        </>
      }
    >
      {!isReadOnly && (
        <>
          <IconButton icon="undo" label={t("editor.undo")} onClick={undo} disabled={!canUndo} />
          <IconButton icon="redo" label={t("editor.redo")} onClick={redo} disabled={!canRedo} />
          <Button icon="plus" onClick={onAdd}>
            {t("editor.addStep")}
          </Button>
          <Button icon="play" onClick={onRehearse} disabled={draft.steps.length === 0}>
            {t(isChanged ? "editor.rehearseDraft" : "definitions.rehearse")}
          </Button>
          <Button kind="primary" onClick={onSave} disabled={!isChanged}>
            {t("editor.save")}
          </Button>
        </>
      )}
    </PageHeader>
  );
}

function Verdict({ checking, isEmpty }: { checking: Checking; isEmpty: boolean }) {
  const { t } = useI18n();
  const count = countOf(checking.placed);
  if (isEmpty) return null;
  return (
    <span role="status">
      {count > 0 ? (
        <Badge tone="bad" icon="alert">
          {t("editor.problems", { count })}
        </Badge>
      ) : checking.isCurrent ? (
        <Badge tone="ok" icon="check">
          {t("editor.fine")}
        </Badge>
      ) : checking.error ? (
        <Badge tone="warn" icon="warn">
          {t("editor.notChecked")}
        </Badge>
      ) : (
        <Badge icon="clock">{t("editor.checking")}</Badge>
      )}
    </span>
  );
}
