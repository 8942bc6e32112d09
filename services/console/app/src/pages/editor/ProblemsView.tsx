import { useI18n } from "../../i18n/I18n";
import { Empty } from "../../ui/Empty";
import { Icon } from "../../ui/Icon";
import { useBench } from "./bench";
import { countOf } from "./model/places";
import type { Checking } from "./useChecked";

/** All that is wrong, one below the other; each leads to where it is. */
export function ProblemsView({ checking }: { checking: Checking }) {
  const { t } = useI18n();
  const { placed, select } = useBench();
  if (countOf(placed) === 0) return <NoProblems checking={checking} />;
  const rows = [
    ...placed.ofDefinition.map((problem) => ({ key: null, ...problem })),
    ...[...placed.ofSteps].flatMap(([key, problems]) => problems.map((problem) => ({ key, ...problem }))),
  ];
  return (
    <div className="stack workbench__padded">
      <p className="soft">{t("editor.problemsLead")}</p>
      <ul className="problems">
        {rows.map(({ key, path, message }) => (
          <li key={`${key} ${path} ${message}`}>
            <button type="button" className="problems__one" onClick={() => select(key)}>
              <Icon name="alert" />
              <span>
                <strong>{key ?? t("editor.ofDefinition")}</strong> {path && <code>{path}</code>}
                <br />
                {message}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Nothing is said to be wrong: that all is well is known only once the server has said so. */
function NoProblems({ checking: { isCurrent, error } }: { checking: Checking }) {
  const { t } = useI18n();
  if (error) return <Empty title={t("editor.notChecked")} icon="warn" />;
  return isCurrent ? <Empty title={t("editor.fine")} icon="check" /> : <Empty title={t("editor.checking")} icon="clock" />;
}
