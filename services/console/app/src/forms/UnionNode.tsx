import { useState } from "react";
import { useI18n } from "../i18n/I18n";
import { SelectField } from "../ui/Field";
import { useForm } from "./context";
import { Node } from "./Node";
import type { NodeProps } from "./node";
import { blank, kindOf, plain, variantOf } from "./schema";

/** A value that may have one of several shapes: choose the shape, then fill it in. */
export function UnionNode(props: NodeProps) {
  const { t } = useI18n();
  const { root, isReadOnly } = useForm();
  const { onChange } = props;
  const { anyOf: variants = [], description = "" } = props.schema;
  const [chosen, setChosen] = useState(() => variantOf(props.value, variants, root));
  const at = props.value === undefined || props.value === null ? chosen : variantOf(props.value, variants, root);
  const variant = variants[at] ?? {};
  const choose = (picked: string) => {
    setChosen(Number(picked));
    onChange(blank(variants[Number(picked)] ?? {}, root));
  };
  return (
    <div className="form__union">
      <SelectField
        label={t("forms.shapeOf", { label: props.label })}
        value={String(at)}
        onChange={choose}
        disabled={isReadOnly}
        options={variants.map((one, index) => ({ value: String(index), label: t(`forms.kind_${kindOf(plain(one, root))}`) }))}
      />
      <Node {...props} schema={{ ...plain(variant, root), description }} />
    </div>
  );
}
