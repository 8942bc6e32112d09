import { useState } from "react";
import { type JsonObject, textOf } from "../../../forms/values";
import { useI18n } from "../../../i18n/I18n";
import { Button, IconButton } from "../../../ui/Button";
import { CheckField, SelectField, TextField } from "../../../ui/Field";
import { useBench } from "../bench";
import { type ParamRow, paramTypes, usualOf, withRows } from "../model/paramRows";

interface ParamTableProps {
  rows: readonly ParamRow[];
  schema: JsonObject;
  onChange: (schema: JsonObject) => void;
}

/** The params, one below the other. */
export function ParamTable({ rows, schema, onChange }: ParamTableProps) {
  const { t } = useI18n();
  const { isReadOnly } = useBench();
  const set = (changed: readonly ParamRow[]) => onChange(withRows(schema, changed));
  const add = () => {
    const names = new Set(rows.map(({ name }) => name));
    const number = [...Array(rows.length + 1).keys()].find((at) => !names.has(`param_${at + 1}`)) ?? rows.length;
    set([...rows, { name: `param_${number + 1}`, type: "string", isRequired: false, usual: undefined, description: "" }]);
  };
  return (
    <>
      {rows.map((row, at) => (
        <ParamFields
          // A name may change under the hand: a param is known by its place.
          key={at}
          row={row}
          isTaken={(name) => rows.some((other, place) => place !== at && other.name === name)}
          onChange={(changed) => set(rows.map((one, place) => (place === at ? changed : one)))}
          onRemove={() => set(rows.filter((_, place) => place !== at))}
        />
      ))}
      {!isReadOnly && (
        <div className="row">
          <Button size="small" icon="plus" onClick={add}>
            {t("editor.addParam")}
          </Button>
        </div>
      )}
    </>
  );
}

interface ParamFieldsProps {
  row: ParamRow;
  isTaken: (name: string) => boolean;
  onChange: (row: ParamRow) => void;
  onRemove: () => void;
}

function ParamFields({ row, isTaken, onChange, onRemove }: ParamFieldsProps) {
  const { t } = useI18n();
  const { isReadOnly } = useBench();
  const types = paramTypes.some((type) => type === row.type) ? paramTypes : [...paramTypes, row.type];
  return (
    <fieldset className="param" disabled={isReadOnly}>
      <legend className="hidden">{row.name}</legend>
      <NameField name={row.name} isTaken={isTaken} onChange={(name) => onChange({ ...row, name })} />
      <SelectField
        label={t("editor.paramType")}
        value={row.type}
        onChange={(type) => onChange({ ...row, type, usual: usualOf(type, textOf(row.usual)) })}
        options={types.map((type) => ({ value: type, label: type }))}
      />
      <TextField
        label={t("editor.paramDefault")}
        value={textOf(row.usual)}
        onChange={(text) => onChange({ ...row, usual: usualOf(row.type, text) })}
        autoComplete="off"
      />
      <TextField label={t("editor.paramDescription")} value={row.description} onChange={(description) => onChange({ ...row, description })} />
      <div className="row param__end">
        <CheckField label={t("editor.paramRequired")} isChecked={row.isRequired} onChange={(isRequired) => onChange({ ...row, isRequired })} disabled={isReadOnly} />
        {!isReadOnly && <IconButton icon="trash" label={t("editor.removeParam", { name: row.name })} onClick={onRemove} />}
      </div>
    </fieldset>
  );
}

interface NameFieldProps {
  name: string;
  isTaken: (name: string) => boolean;
  onChange: (name: string) => void;
}

/** A name that cannot be had, as none or that of another param, stays in the field until it is typed on. */
function NameField({ name, isTaken, onChange }: NameFieldProps) {
  const { t } = useI18n();
  const [typed, setTyped] = useState({ text: name, name });
  const text = typed.name === name ? typed.text : name;
  const change = (changed: string) => {
    const isRight = changed !== "" && !isTaken(changed);
    setTyped({ text: changed, name: isRight ? changed : name });
    if (isRight) onChange(changed);
  };
  return (
    <TextField
      label={t("editor.paramName")}
      problem={isTaken(text) ? t("forms.taken", { key: text }) : undefined}
      isRequired={text === ""}
      value={text}
      onChange={change}
      autoComplete="off"
      spellCheck={false}
    />
  );
}
