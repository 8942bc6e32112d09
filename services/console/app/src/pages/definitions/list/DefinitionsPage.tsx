import { useQuery } from "@tanstack/react-query";
import { isOneOf } from "../../../app/preferences";
import { Can } from "../../../app/me";
import { setQuery } from "../../../app/navigation";
import type { PageProps } from "../../../app/routes";
import { useI18n } from "../../../i18n/I18n";
import { LiveBadge } from "../../../live/LiveBadge";
import { Button } from "../../../ui/Button";
import { Card } from "../../../ui/Card";
import { Empty } from "../../../ui/Empty";
import { SelectField, TextField } from "../../../ui/Field";
import { Link } from "../../../ui/Link";
import { Loading } from "../../../ui/Loading";
import { PageHeader } from "../../../ui/PageHeader";
import { ProblemView } from "../../../ui/ProblemView";
import { definitionsQuery } from "../data/queries";
import { useLiveLists } from "../data/useLiveLists";
import { chosen, shows } from "./chosen";
import { DefinitionTable } from "./DefinitionTable";
import "../definitions.css";

const SLOW_MS = 60_000;

export function DefinitionsPage({ query }: PageProps<"/definitions">) {
  const { t } = useI18n();
  const status = useLiveLists({});
  const { data, error, isPending, refetch } = useQuery({ ...definitionsQuery, refetchInterval: SLOW_MS });
  return (
    <>
      <PageHeader title={t("definitions.title")} lead={t("definitions.lead")} beside={<LiveBadge status={status} />}>
        <Can role="editor">
          <Link to="/new" look="primary">
            {t("definitions.new")}
          </Link>
        </Can>
      </PageHeader>
      <div className="stack">
        {error && <ProblemView error={error} onRetry={() => void refetch()} />}
        {isPending && <Loading />}
        {data && (data.length === 0 ? <NoneYet /> : <Found rows={data} query={query} />)}
      </div>
    </>
  );
}

type Rows = Parameters<typeof chosen>[0];

function Found({ rows, query }: { rows: Rows; query: PageProps<"/definitions">["query"] }) {
  const { t } = useI18n();
  const text = query["q"] ?? "";
  const asked = query["show"] ?? null;
  const show = isOneOf(shows, asked) ? asked : "all";
  const sort = { key: query["by"] ?? "name", isDescending: query["down"] === "yes" };
  const found = chosen(rows, { text, show, sort });
  return (
    <>
      <div className="definition-filters" role="search" aria-label={t("definitions.filters")}>
        <TextField label={t("ui.search")} type="search" value={text} placeholder={t("definitions.searchHint")} onChange={(q) => setQuery({ q })} />
        <SelectField
          label={t("definitions.show")}
          value={show}
          onChange={(value) => setQuery({ show: value === "all" ? null : value })}
          options={shows.map((value) => ({ value, label: t(`definitions.show_${value}`) }))}
        />
        <p className="faint" role="status">
          {t("definitions.counted", { count: found.length, total: rows.length })}
        </p>
      </div>
      {found.length === 0 ? (
        <NoneFits />
      ) : (
        <Card isFlush>
          <DefinitionTable rows={found} sort={sort} onSort={({ key, isDescending }) => setQuery({ by: key, down: isDescending ? "yes" : null })} />
        </Card>
      )}
    </>
  );
}

function NoneYet() {
  const { t } = useI18n();
  return (
    <Empty icon="graph" title={t("definitions.none")} lead={t("definitions.noneLead")}>
      <Can role="editor">
        <Link to="/new" look="primary">
          {t("definitions.new")}
        </Link>
      </Can>
    </Empty>
  );
}

function NoneFits() {
  const { t } = useI18n();
  return (
    <Empty icon="filter" title={t("definitions.noneFit")}>
      <Button onClick={() => setQuery({ q: null, show: null })}>{t("definitions.clear")}</Button>
    </Empty>
  );
}
