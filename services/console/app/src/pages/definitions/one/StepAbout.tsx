import { isJsonObject, type JsonObject } from "../../../forms/values";
import { useI18n } from "../../../i18n/I18n";
import { IconButton } from "../../../ui/Button";
import { Card } from "../../../ui/Card";
import { CodeText } from "../../../ui/CodeText";
import { Facts } from "../../../ui/Facts";
import { partsOf, policiesOf } from "./content";

interface StepAboutProps {
  step: Readonly<Record<string, unknown>>;
  onClose: () => void;
}

/** One step as it was written: what it does, with which params, and when. */
export function StepAbout({ step: given, onClose }: StepAboutProps) {
  const { t } = useI18n();
  // The server has checked that a step is JSON.
  const step = given as JsonObject;
  const key = String(step["key"]);
  return (
    <Card title={t("definitions.stepNamed", { key })} aside={<IconButton icon="close" label={t("definitions.closeStep", { key })} onClick={onClose} />}>
      <div className="stack">
        {typeof step["description"] === "string" && step["description"] !== "" && <p>{step["description"]}</p>}
        <Facts facts={[{ name: t("definitions.runner"), value: String(step["runner"] ?? key) }]} />
        <Parts title={t("definitions.params")} object={isJsonObject(step["params"]) ? step["params"] : {}} />
        <details className="definition-more">
          <summary>{t("definitions.policies")}</summary>
          <Parts title={t("definitions.policies")} object={policiesOf(step)} isTitleHidden />
        </details>
      </div>
    </Card>
  );
}

interface PartsProps {
  title: string;
  object: JsonObject;
  isTitleHidden?: boolean;
}

function Parts({ title, object, isTitleHidden = false }: PartsProps) {
  const parts = partsOf(object);
  if (parts.length === 0) return null;
  return (
    <section className="definition-parts">
      <h3 className={isTitleHidden ? "hidden" : undefined}>{title}</h3>
      <Facts facts={parts.filter(({ isLong }) => !isLong).map(({ path, value }) => ({ name: path, value: <CodeText text={value} /> }))} />
      {parts
        .filter(({ isLong }) => isLong)
        .map(({ path, value }) => (
          <figure key={path}>
            <figcaption>{path}</figcaption>
            <CodeText isBlock text={value} />
          </figure>
        ))}
    </section>
  );
}
