import { useInfiniteQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { setQuery } from "../../app/navigation";
import { useI18n } from "../../i18n/I18n";
import { Answer } from "../../ui/Answer";
import { Button } from "../../ui/Button";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { TextField } from "../../ui/Field";
import { MoreButton } from "../../ui/MoreButton";
import { titleOf } from "./rowWords";
import { type Row, rowsQuery } from "./searching";

/** Rows of a collection, one of which is chosen: from the list, or by its id. */
export function RowPicker({ collection, chosen }: { collection: string; chosen: string | null }) {
  const { t } = useI18n();
  const query = useInfiniteQuery(rowsQuery(collection));
  return (
    <Card title={collection} isFlush>
      <ById />
      <Answer query={query}>
        {({ pages }) => {
          const rows = pages.flatMap(({ nodes }) => nodes);
          if (rows.length === 0) return <Empty icon="vectors" headingLevel={3} title={t("embeddings.nothingFound")} />;
          return (
            <ul className="picker" aria-label={collection}>
              {rows.map((row) => (
                <Choice key={row.id} row={row} isChosen={row.id === chosen} />
              ))}
            </ul>
          );
        }}
      </Answer>
      <MoreButton query={query} />
    </Card>
  );
}

function ById() {
  const { t } = useI18n();
  const [id, setId] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (id.trim() !== "") setQuery({ id: id.trim() });
  };
  return (
    <form className="search__main below" onSubmit={submit}>
      <TextField label={t("embeddings.rowId")} value={id} onChange={setId} maxLength={200} />
      <Button type="submit">{t("embeddings.show")}</Button>
    </form>
  );
}

function Choice({ row, isChosen }: { row: Row; isChosen: boolean }) {
  return (
    <li>
      <button type="button" aria-pressed={isChosen} onClick={() => setQuery({ id: row.id })}>
        <span>{titleOf(row)}</span>
        <span className="faint">{row.id}</span>
      </button>
    </li>
  );
}
