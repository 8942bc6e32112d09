import { useQuery } from "@tanstack/react-query";
import { api, body } from "../../../api/client";
import { setQuery } from "../../../app/navigation";
import { useI18n } from "../../../i18n/I18n";
import { useStateWords } from "../../../ui/Badge";
import { Button } from "../../../ui/Button";
import { SelectField } from "../../../ui/Field";
import { type InstanceFilter, isEmpty, spans, statuses, triggers } from "./filter";

export const clearFilters = () =>
  setQuery({ definition: null, status: null, trigger: null, within: null, from: null, until: null });

/** Narrows the list down. What is chosen stands in the address, so that a list can be shared. */
export function Filters({ filter }: { filter: InstanceFilter }) {
  const { t, format } = useI18n();
  const words = useStateWords();
  const definitions = useDefinitionNames(filter.definition);
  const all = { value: "", label: t("ui.all") };
  return (
    <div className="filters" role="search" aria-label={t("instances.filters")}>
      <SelectField
        label={t("instances.definition")}
        value={filter.definition}
        onChange={(definition) => setQuery({ definition })}
        options={[all, ...definitions.map((value) => ({ value, label: value }))]}
      />
      <SelectField
        label={t("instances.status")}
        value={filter.status}
        onChange={(status) => setQuery({ status })}
        options={[all, ...statuses.map((value) => ({ value, label: words(value) }))]}
      />
      <SelectField
        label={t("instances.trigger")}
        value={filter.trigger}
        onChange={(trigger) => setQuery({ trigger })}
        options={[all, ...triggers.map((value) => ({ value, label: t(`words.${value}`) }))]}
      />
      <SelectField
        label={t("instances.when")}
        value={filter.within}
        onChange={(within) => setQuery({ within, from: null, until: null })}
        options={[{ value: "", label: t("instances.anyTime") }, ...spans.map((value) => ({ value, label: t(`instances.${value}`) }))]}
      />
      {!isEmpty(filter) && (
        <Button kind="quiet" icon="close" onClick={clearFilters}>
          {t("instances.clear")}
        </Button>
      )}
      {(filter.from || filter.until) && (
        <p className="filters__between">
          {t("instances.between", {
            from: filter.from ? format.moment(new Date(filter.from)) : "…",
            until: filter.until ? format.moment(new Date(filter.until)) : "…",
          })}
        </p>
      )}
    </div>
  );
}

/** The names of all definitions, and the chosen one even if it is gone. */
function useDefinitionNames(chosen: string): readonly string[] {
  const { data = [] } = useQuery({
    queryKey: ["definition-names"],
    queryFn: ({ signal }) => body(api.GET("/definitions", { signal })),
    select: ({ data }) => data.map(({ name }) => name).sort(),
    staleTime: 60_000,
  });
  return chosen === "" || data.includes(chosen) ? data : [...data, chosen];
}
