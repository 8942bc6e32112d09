import type { ChangeOut } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { useSaid } from "../../../said";
import { Icon } from "../../../ui/Icon";
import { lineDiff } from "./lines";

/** One place where two versions differ: the sentence, then both sides; texts of several lines by their lines. */
export function ChangeView({ change }: { change: ChangeOut }) {
  const said = useSaid();
  const { path, before, after } = change;
  const words = said("edits", change, change.words);
  const isText = typeof before === "string" && typeof after === "string" && (before + after).includes("\n");
  return (
    <section className="definition-change">
      <p className="definition-change__words" data-brief={isText || undefined} title={isText ? words : undefined}>
        {words}
      </p>
      <p className="faint">
        <code>{path}</code>
      </p>
      {isText ? (
        <Lines before={before} after={after} />
      ) : (
        <div className="definition-change__sides">
          <Side kind="gone" value={before} />
          <Side kind="added" value={after} />
        </div>
      )}
    </section>
  );
}

const icons = { gone: "minus", added: "plus", same: null } as const;

function Side({ kind, value }: { kind: "gone" | "added"; value: unknown }) {
  const { t } = useI18n();
  const isThere = value !== undefined && value !== null && value !== "";
  return (
    <div className="diff-side" data-kind={kind}>
      <Icon name={icons[kind]} size={14} />
      <span className="hidden">{t(`definitions.${kind}`)}</span>
      {isThere ? <pre tabIndex={0}>{written(value)}</pre> : <span className="faint">{t("definitions.notSet")}</span>}
    </div>
  );
}

const written = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value, null, 2));

function Lines({ before, after }: { before: string; after: string }) {
  const { t } = useI18n();
  return (
    <div className="diff-lines" tabIndex={0} role="group" aria-label={t("definitions.differences")}>
      {lineDiff(before, after).map(({ kind, text }, at) => (
        <div key={at} data-kind={kind}>
          <span aria-hidden="true">{kind === "gone" ? "−" : kind === "added" ? "+" : " "}</span>
          {kind !== "same" && <span className="hidden">{t(`definitions.${kind}`)}</span>}
          <code>{text === "" ? " " : text}</code>
        </div>
      ))}
    </div>
  );
}
