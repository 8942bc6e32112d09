import { useI18n } from "../i18n/I18n";
import { diffLines, withoutFar, type DiffLine } from "./diffing";
import "./diff.css";

interface TextDiffProps {
  label: string;
  before: string;
  after: string;
}

const marks = { same: " ", added: "+", removed: "−" } as const;

/** What became of a text, line by line, with a little of what stands around each change. */
export function TextDiff({ label, before, after }: TextDiffProps) {
  const { t } = useI18n();
  const parts = withoutFar(diffLines(before, after));
  return (
    <div className="diff" role="group" aria-label={label} tabIndex={0}>
      {parts.map((part, at) =>
        part.kind === "gap" ? (
          <div key={at} className="diff__gap">
            {t("ui.unchangedLines", { count: part.count })}
          </div>
        ) : (
          part.lines.map((line, lineAt) => <Line key={`${at} ${lineAt}`} line={line} />)
        ),
      )}
    </div>
  );
}

function Line({ line: { kind, text } }: { line: DiffLine }) {
  const { t } = useI18n();
  const Text = kind === "added" ? "ins" : kind === "removed" ? "del" : "span";
  return (
    <div className={`diff__line diff__line--${kind}`}>
      <span className="diff__mark" aria-hidden="true">
        {marks[kind]}
      </span>
      {kind !== "same" && <span className="hidden">{t(`ui.${kind}`)}</span>}
      <Text className="diff__text">{text || " "}</Text>
    </div>
  );
}
