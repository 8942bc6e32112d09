import { useState } from "react";
import { useI18n } from "../i18n/I18n";
import { SelectField } from "../ui/Field";
import { useForm } from "./context";
import { PropertyNode } from "./ObjectFields";
import { below, within } from "./problems";
import { blank, plain, type Schema } from "./schema";
import { type Json, type JsonObject, withKey } from "./values";

interface AlternativesProps {
  names: readonly string[];
  schema: Schema;
  path: string;
  value: JsonObject;
  onChange: (value: JsonObject) => void;
}

/** One of several fields, of which only one may be given: choose it, then fill it in. */
export function Alternatives({ names, schema, path, value, onChange }: AlternativesProps) {
  const { t } = useI18n();
  const { root, problems, isReadOnly } = useForm();
  const [kept, setKept] = useState<JsonObject>({});
  const given = names.filter((name) => value[name] !== undefined);
  const [chosen, setChosen] = useState(given[0] ?? names.find((name) => within(problems, below(path, name))) ?? names[0] ?? "");
  const choose = (name: string) => {
    const others = Object.fromEntries(Object.entries(value).filter(([key]) => !names.includes(key)));
    setKept({ ...kept, ...Object.fromEntries(given.map((key) => [key, value[key] ?? null])) });
    setChosen(name);
    onChange({ ...others, [name]: kept[name] ?? blank(plain(schema.properties?.[name] ?? {}, root), root) });
  };
  const shown = given.length > 0 ? given : [chosen];
  const set = (name: string) => (changed: Json | undefined) => {
    setChosen(name);
    onChange(withKey(value, name, changed));
  };
  return (
    <>
      <SelectField
        label={t("forms.oneOf")}
        value={shown[0] ?? chosen}
        onChange={choose}
        disabled={isReadOnly}
        options={names.map((name) => ({ value: name, label: name }))}
      />
      {shown.map((name) => (
        <PropertyNode key={name} schema={schema} name={name} path={path} value={value[name]} onChange={set(name)} />
      ))}
    </>
  );
}
