import { useI18n } from "../i18n/I18n";
import { Button, IconButton } from "../ui/Button";
import { useForm } from "./context";
import { Group } from "./Group";
import { Node } from "./Node";
import type { NodeProps } from "./node";
import { at, below } from "./problems";
import { blank } from "./schema";
import { elementsOf, type Json, withElement } from "./values";

/** A list: one form for each element, added at the end. An empty list is no list, unless one is needed. */
export function ListNode({ schema, path, label, value, onChange, isRequired = false }: NodeProps) {
  const { t } = useI18n();
  const { root, problems, isReadOnly } = useForm();
  const element = schema.items ?? {};
  const list = elementsOf(value);
  const change = (changed: readonly Json[]) => onChange(changed.length === 0 && !isRequired ? undefined : changed);
  return (
    <Group label={label} hint={schema.description} problem={at(problems, path)} isRequired={isRequired}>
      {list.map((one, index) => (
        <div className="form__row" key={index}>
          <Node
            schema={element}
            path={below(path, index)}
            label={t("forms.element", { label, at: index + 1 })}
            isLabelHidden
            isRequired
            value={one}
            onChange={(changed) => change(withElement(list, index, changed ?? ""))}
          />
          {!isReadOnly && (
            <IconButton icon="trash" label={t("forms.removeElement", { label, at: index + 1 })} onClick={() => change(withElement(list, index, undefined))} />
          )}
        </div>
      ))}
      {!isReadOnly && (
        <Button size="small" icon="plus" onClick={() => change([...list, blank(element, root)])}>
          {t("forms.addTo", { label })}
        </Button>
      )}
    </Group>
  );
}
