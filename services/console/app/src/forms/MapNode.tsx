import { useState } from "react";
import { useI18n } from "../i18n/I18n";
import { Button, IconButton } from "../ui/Button";
import { TextField } from "../ui/Field";
import { useForm } from "./context";
import { Group } from "./Group";
import { Node } from "./Node";
import type { NodeProps } from "./node";
import { at, below } from "./problems";
import { blank, isSchema } from "./schema";
import { isJsonObject, withKey } from "./values";

/** Names with values of one kind. A name is added first, so that no two are the same. */
export function MapNode({ schema, path, label, value, onChange, isRequired = false }: NodeProps) {
  const { t } = useI18n();
  const { root, problems, isReadOnly } = useForm();
  const [name, setName] = useState("");
  const element = isSchema(schema.additionalProperties) ? schema.additionalProperties : {};
  const map = isJsonObject(value) ? value : {};
  const change = (changed: typeof map) => onChange(Object.keys(changed).length === 0 && !isRequired ? undefined : changed);
  const isTaken = Object.hasOwn(map, name.trim());
  const add = () => {
    if (name.trim() === "" || isTaken) return;
    change({ ...map, [name.trim()]: blank(element, root) });
    setName("");
  };
  return (
    <Group label={label} hint={schema.description} problem={at(problems, path)} isRequired={isRequired}>
      {Object.entries(map).map(([key, one]) => (
        <div className="form__row" key={key}>
          <Node schema={element} path={below(path, key)} label={key} isRequired value={one} onChange={(changed) => change(withKey(map, key, changed ?? ""))} />
          {!isReadOnly && (
            <IconButton icon="trash" label={t("forms.removeKey", { key })} onClick={() => change(withKey(map, key, undefined))} />
          )}
        </div>
      ))}
      {!isReadOnly && (
        <div className="form__row">
          <TextField
            label={t("forms.newName", { label })}
            isLabelHidden
            placeholder={t("forms.newName", { label })}
            problem={isTaken ? t("forms.taken", { key: name.trim() }) : undefined}
            value={name}
            onChange={setName}
            onKeyDown={(event) => event.key === "Enter" && (event.preventDefault(), add())}
          />
          <Button icon="plus" onClick={add} disabled={name.trim() === "" || isTaken}>
            {t("forms.add")}
          </Button>
        </div>
      )}
    </Group>
  );
}
