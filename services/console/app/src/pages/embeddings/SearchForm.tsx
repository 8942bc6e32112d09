import { type FormEvent, useState } from "react";
import { setQuery } from "../../app/navigation";
import { useI18n } from "../../i18n/I18n";
import { Button } from "../../ui/Button";
import { Card } from "../../ui/Card";
import { CheckField, SelectField, TextField } from "../../ui/Field";
import { FilterRows } from "./FilterRows";
import { type Filter, writeFilters } from "./filters";
import type { Draft } from "./SearchPage";
import type { Served } from "./searching";

const sizes = ["5", "10", "20", "50"] as const;

/** What to search for. The address has what was asked, so that a search can be sent to somebody. */
export function SearchForm({ served, wanted }: { served: readonly Served[]; wanted: Draft }) {
  const { t } = useI18n();
  const [text, setText] = useState(wanted.by && "text" in wanted.by ? wanted.by.text : "");
  const [collection, setCollection] = useState(wanted.collection);
  const [first, setFirst] = useState(String(wanted.first));
  const [distance, setDistance] = useState(wanted.distance);
  const [isExact, setIsExact] = useState(wanted.isExact);
  const [filters, setFilters] = useState<readonly Filter[]>(wanted.filters);
  const like = wanted.by && "id" in wanted.by ? wanted.by.id : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setQuery({
      q: text.trim(), collection, first: first === "10" ? null : first, distance: distance === "L2" ? distance : null,
      exact: isExact ? "true" : null, where: writeFilters(filters), like: text.trim() === "" ? like : null,
    });
  };
  const known = served.find(({ name }) => name === collection)?.exposed ?? [];
  return (
    <Card>
      <form className="search" role="search" onSubmit={submit}>
        <div className="search__main">
          <TextField
            type="search" label={t("embeddings.text")} value={text} onChange={setText} maxLength={20_000}
            placeholder={t("embeddings.textExample")}
          />
          <Button type="submit" kind="primary" icon="search">
            {t("ui.search")}
          </Button>
        </div>
        <div className="search__options">
          <SelectField
            label={t("embeddings.collection")} value={collection} onChange={setCollection}
            options={served.map(({ name }) => ({ value: name, label: name }))}
          />
          <SelectField label={t("embeddings.howMany")} value={first} onChange={setFirst} options={sizesWith(first).map((size) => ({ value: size, label: size }))} />
          <SelectField
            label={t("embeddings.distance")} value={distance} onChange={setDistance}
            options={[
              { value: "COSINE", label: t("embeddings.cosine") },
              { value: "L2", label: t("embeddings.euclidean") },
            ]}
          />
          <CheckField label={t("embeddings.exact")} hint={t("embeddings.exactHint")} isChecked={isExact} onChange={setIsExact} />
        </div>
        <FilterRows filters={filters} known={known} onChange={setFilters} />
      </form>
    </Card>
  );
}

const sizesWith = (first: string): readonly string[] => (sizes.some((size) => size === first) ? sizes : [...sizes, first]);
