import { useMemo } from "react";
import type { Json } from "../../../forms";
import { useI18n } from "../../../i18n/I18n";
import { Button } from "../../../ui/Button";
import { Dialog } from "../../../ui/Dialog";
import { CopyButton } from "../../../ui/CopyButton";
import { Table } from "../../../ui/Table";
import { Time } from "../../../ui/Values";
import { useBench } from "../bench";
import { textOf } from "../model/draft";
import { type Clash, merged } from "../model/merge";
import { Changes } from "../save/PreviewView";
import type { Base } from "../useDrafting";
import type { Meanwhile, SettledWords } from "./ConflictDialog";

interface SettlingProps {
  base: Base;
  meanwhile: Meanwhile;
  onSettled: (theirs: Base, draft: Base["draft"], words: SettledWords) => void;
  onClose: () => void;
}

/** Who saved what meanwhile, where both changed the same, and the ways on. */
export function Settling({ base, meanwhile: { theirs, changes, saves }, onSettled, onClose }: SettlingProps) {
  const { t } = useI18n();
  const { draft } = useBench();
  const result = useMemo(() => merged(base.draft, theirs.draft, draft), [base, theirs, draft]);
  return (
    <Dialog
      title={t("editor.conflictTitle", { name: draft.name })}
      size="wide"
      onClose={onClose}
      actions={
        <>
          <span className="row">
            {t("editor.conflictCopy")} <CopyButton text={textOf(draft, 2)} />
          </span>
          <Button onClick={() => onSettled(theirs, theirs.draft, "editor.conflictOpened")}>{t("editor.conflictOpen")}</Button>
          <Button kind="primary" onClick={() => onSettled(theirs, result.draft, "editor.conflictMerged")}>
            {t("editor.conflictMerge")}
          </Button>
        </>
      }
    >
      <div className="stack">
        <p>{t("editor.conflictLead", { mine: base.version, theirs: theirs.version })}</p>
        <ul className="preview__changes">
          {saves.map((save) => (
            <li key={save.version}>
              {t("editor.version", { version: save.version })}: {t("editor.conflictBy", { who: save.edited_by, client: save.client })},{" "}
              <Time at={save.edited_at} />
            </li>
          ))}
        </ul>
        <section className="preview__part">
          <h3>{t("editor.conflictTheirs")}</h3>
          <Changes changes={changes} />
        </section>
        {result.clashes.length === 0 ? <p>{t("editor.conflictClean")}</p> : <Clashes clashes={result.clashes} version={theirs.version} />}
      </div>
    </Dialog>
  );
}

function Clashes({ clashes, version }: { clashes: readonly Clash[]; version: number }) {
  const { t } = useI18n();
  const words = (value: Json | undefined) => (value === undefined ? t("editor.conflictNone") : JSON.stringify(value));
  return (
    <section className="preview__part">
      <h3>{t("editor.conflictClashes")}</h3>
      <p className="soft">{t("editor.conflictClashesLead", { version })}</p>
      <Table
        label={t("editor.conflictClashes")}
        rows={clashes}
        rowKey={({ path }) => path}
        columns={[
          { key: "path", label: t("editor.conflictPath"), isHeader: true, cell: ({ path }) => <code>{path}</code> },
          { key: "theirs", label: t("editor.conflictTheirsHead"), cell: ({ theirs }) => <code>{words(theirs)}</code> },
          { key: "mine", label: t("editor.conflictYours"), cell: ({ mine }) => <code>{words(mine)}</code> },
        ]}
      />
    </section>
  );
}
