import { codeEditors, type FormProblem, type JsonObject, SchemaForm, schemaOf } from "../../../forms";
import { useI18n } from "../../../i18n/I18n";
import { Card } from "../../../ui/Card";
import type { Rehearsed } from "./asked";

interface ParamsCardProps {
  definition: Pick<Rehearsed, "params_schema">;
  value: JsonObject;
  onChange: (value: JsonObject) => void;
  problems: readonly FormProblem[];
  /** Told whether a field holds what cannot be read: nothing is started without what is seen there. */
  onUnread: (isUnread: boolean) => void;
}

/** What a run may be told, as a form of the definition's `params_schema`. */
export function ParamsCard({ definition, value, onChange, problems, onUnread }: ParamsCardProps) {
  const { t } = useI18n();
  const schema = schemaOf(definition.params_schema);
  const takesNone = Object.keys(schema.properties ?? {}).length === 0 && Object.keys(value).length === 0;
  return (
    <Card title={t("runs.params")}>
      {takesNone && <p className="soft">{t("runs.noParams")}</p>}
      {(!takesNone || problems.length > 0) && (
        <SchemaForm schema={schema} value={value} onChange={onChange} problems={problems} editors={codeEditors} onUnread={onUnread} />
      )}
    </Card>
  );
}
