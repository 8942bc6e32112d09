import { useState } from "react";
import { CodeEditor } from "../../../editor";
import { codeEditors, SchemaForm, schemaOf } from "../../../forms";
import { useI18n } from "../../../i18n/I18n";
import { useRunners } from "../../../said/useRunners";
import { CodeText } from "../../../ui/CodeText";
import { Loading } from "../../../ui/Loading";
import { Notice } from "../../../ui/Notice";
import { ProblemView } from "../../../ui/ProblemView";
import { paramsOf, type StepObject, settingsOf, type Told, withSettings } from "./draft";

interface StepFormProps {
  name: string;
  /** Undefined: the newest version has no such step. */
  step: StepObject | undefined;
  error: string | null;
  told: Told;
  onChange: (step: StepObject) => void;
  onUnread: (isUnread: boolean) => void;
}

/** The fields of one step, by the schema of its runner, with what it said when it failed. */
export function StepForm({ name, step, error, told, onChange, onUnread }: StepFormProps) {
  const { t } = useI18n();
  const { runners, isLoading, error: unread } = useRunners();
  if (step === undefined) {
    return (
      <Notice tone="warn" icon="warn" title={t("retry.gone", { step: name })}>
        <p>{t("retry.goneLead")}</p>
      </Notice>
    );
  }
  const called = typeof step["runner"] === "string" ? step["runner"] : name;
  const runner = runners.find((one) => one.name === called);
  return (
    <div className="fix-place">
      {error !== null && (
        <div>
          <p className="soft">{t("retry.saidBefore")}</p>
          <CodeText isBlock text={error} />
        </div>
      )}
      {isLoading && <Loading />}
      {unread && <ProblemView error={unread} />}
      {runner && (
        <SchemaForm
          schema={schemaOf(runner.params_schema)}
          value={paramsOf(step)}
          onChange={(params) => onChange({ ...step, params })}
          problems={told.params}
          editors={codeEditors}
          onUnread={onUnread}
        />
      )}
      <Settings step={step} told={told} onChange={onChange} />
      {told.others.length > 0 && (
        <ul className="fix-others">
          {told.others.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Settings({ step, told, onChange }: { step: StepObject; told: Told; onChange: (step: StepObject) => void }) {
  const { t } = useI18n();
  const [text, setText] = useState(() => JSON.stringify(settingsOf(step), null, 2));
  const [wrong, setWrong] = useState<string | null>(null);
  const type = (typed: string) => {
    setText(typed);
    try {
      const settings: unknown = JSON.parse(typed || "{}");
      if (typeof settings !== "object" || settings === null || Array.isArray(settings)) return setWrong(t("retry.noObject"));
      setWrong(null);
      onChange(withSettings(step, settings as StepObject));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      setWrong(error.message);
    }
  };
  const problems = told.step.map(({ path, message }) => ({ message: path ? `${path}: ${message}` : message }));
  return (
    <details className="more" open={problems.length > 0 || undefined}>
      <summary>{t("retry.settings")}</summary>
      <CodeEditor
        label={t("retry.settings")}
        isLabelHidden
        language="json"
        value={text}
        onChange={type}
        problems={wrong === null ? problems : [{ message: wrong }]}
      />
    </details>
  );
}
