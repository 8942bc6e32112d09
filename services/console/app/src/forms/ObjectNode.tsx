import { useI18n } from "../i18n/I18n";
import { Button } from "../ui/Button";
import { useForm } from "./context";
import { Group } from "./Group";
import type { NodeProps } from "./node";
import { ObjectFields } from "./ObjectFields";
import { at } from "./problems";
import { isJsonObject } from "./values";

/** An object inside: left out until it is asked for, unless it has to be given. */
export function ObjectNode({ schema, path, label, value, onChange, isRequired = false }: NodeProps) {
  const { t } = useI18n();
  const { problems, isReadOnly } = useForm();
  const object = isJsonObject(value) ? value : null;
  const isOpen = object !== null || isRequired;
  return (
    <Group label={label} hint={schema.description} problem={isOpen ? undefined : at(problems, path)} isRequired={isRequired}>
      {isOpen && <ObjectFields schema={schema} path={path} value={object ?? {}} onChange={onChange} />}
      {!isReadOnly && !isRequired && (
        <Button size="small" icon={isOpen ? "trash" : "plus"} onClick={() => onChange(isOpen ? undefined : {})}>
          {t(isOpen ? "forms.leaveOut" : "forms.giveIt", { label })}
        </Button>
      )}
    </Group>
  );
}
