import { useId } from "react";
import { useI18n } from "../../i18n/I18n";
import { Button, IconButton } from "../../ui/Button";
import { SelectField, TextField } from "../../ui/Field";
import { comparisons, type Filter } from "./filters";

interface FilterRowsProps {
  filters: readonly Filter[];
  /** Fields that a collection shows, if it says which. */
  known: readonly string[];
  onChange: (filters: readonly Filter[]) => void;
}

/** Conditions on the metadata, all of which must be true. */
export function FilterRows({ filters, known, onChange }: FilterRowsProps) {
  const { t } = useI18n();
  const id = useId();
  const change = (at: number, part: Partial<Filter>) => onChange(filters.map((one, place) => (place === at ? { ...one, ...part } : one)));
  return (
    <fieldset className="filter-rows">
      <legend>{t("embeddings.filters")}</legend>
      {filters.map((filter, at) => (
        <div key={at} className="filters__row">
          <TextField label={t("embeddings.field")} list={id} placeholder="city" value={filter.field} onChange={(field) => change(at, { field })} />
          <SelectField
            label={t("embeddings.comparison")} value={filter.op} onChange={(op) => change(at, { op })}
            options={comparisons.map((op) => ({ value: op, label: t(`embeddings.op_${op}`) }))}
          />
          <TextField label={t("embeddings.value")} value={filter.value} onChange={(value) => change(at, { value })} />
          <IconButton icon="trash" label={t("embeddings.dropFilter")} onClick={() => onChange(filters.filter((_, place) => place !== at))} />
        </div>
      ))}
      <datalist id={id}>
        {known.map((field) => (
          <option key={field} value={field} />
        ))}
      </datalist>
      <div className="row">
        <Button size="small" icon="plus" onClick={() => onChange([...filters, { field: "", op: "EQ", value: "" }])}>
          {t("embeddings.addFilter")}
        </Button>
      </div>
    </fieldset>
  );
}
