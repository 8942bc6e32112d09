import { useState } from "react";
import { CodeEditor } from "../../../editor";
import { within } from "../../../forms/problems";
import { isJsonObject, isSame, type JsonObject, parsed, pretty } from "../../../forms/values";
import { useI18n } from "../../../i18n/I18n";
import { Button } from "../../../ui/Button";
import { Icon } from "../../../ui/Icon";
import { useBench } from "../bench";
import { paramRows } from "../model/paramRows";
import { ParamTable } from "./ParamTable";

/** The params that a run takes: as a table where it can show them, else as the JSON Schema that they are. */
export function RunParams() {
  const { t } = useI18n();
  const { draft, edit, placed } = useBench();
  const [asJson, setAsJson] = useState(false);
  const rows = paramRows(draft.params_schema);
  const said = within(placed.ofDefinition, "params_schema");
  const set = (schema: JsonObject) => edit((before) => ({ ...before, params_schema: schema }), "params_schema");
  return (
    <>
      <p className="field__hint">{t(rows === null ? "editor.runParamsJson" : "editor.runParamsLead")}</p>
      {rows === null || asJson ? (
        <SchemaText schema={draft.params_schema} problem={said} onChange={set} />
      ) : (
        <>
          <ParamTable rows={rows} schema={draft.params_schema} onChange={set} />
          {said && (
            <p className="field__problem">
              <Icon name="alert" size={14} />
              {said}
            </p>
          )}
        </>
      )}
      {rows !== null && (
        <div className="row">
          <Button size="small" kind="quiet" onClick={() => setAsJson(!asJson)}>
            {t(asJson ? "editor.asTable" : "editor.asJson")}
          </Button>
        </div>
      )}
    </>
  );
}

interface SchemaTextProps {
  schema: JsonObject;
  problem: string | undefined;
  onChange: (schema: JsonObject) => void;
}

function SchemaText({ schema, problem, onChange }: SchemaTextProps) {
  const { t } = useI18n();
  const { isReadOnly } = useBench();
  const [typed, setTyped] = useState({ text: pretty(schema), schema });
  const text = isSame(typed.schema, schema) ? typed.text : pretty(schema);
  const read = parsed(text);
  const wrong = read.problem ?? problem;
  const change = (changed: string) => {
    const now = parsed(changed);
    const value = now.problem === null ? (now.value ?? { type: "object" }) : null;
    setTyped({ text: changed, schema: isJsonObject(value) ? value : schema });
    if (isJsonObject(value)) onChange(value);
  };
  return (
    <CodeEditor
      label={t("editor.runParams")}
      isLabelHidden
      language="json"
      value={text}
      {...(!isReadOnly && { onChange: change })}
      problems={wrong ? [{ message: wrong }] : []}
    />
  );
}
