import { useI18n } from "../../i18n/I18n";
import { Link } from "../../ui/Link";
import { Meter } from "../../ui/Meter";
import { fieldsOf, titleOf } from "./rowWords";
import type { Match } from "./searching";

interface MatchesProps {
  label: string;
  collection: string;
  matches: readonly Match[];
}

/** Rows that were found, the nearest first. */
export function Matches({ label, collection, matches }: MatchesProps) {
  return (
    <ol className="matches" aria-label={label}>
      {matches.map((match, place) => (
        <MatchRow key={match.row.id} match={match} place={place + 1} collection={collection} />
      ))}
    </ol>
  );
}

function MatchRow({ match: { row, distance, similarity }, place, collection }: { match: Match; place: number; collection: string }) {
  const { t, format } = useI18n();
  const title = titleOf(row);
  return (
    <li className="match">
      <span className="match__place number faint" aria-hidden="true">
        {place}
      </span>
      <div className="match__words">
        <h3>{title}</h3>
        <dl className="match__fields">
          {fieldsOf(row, title).map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <span className="faint prose">
          {row.id} · <Link to="/embeddings/search" query={{ collection, like: row.id }}>{t("embeddings.moreLike")}</Link>
        </span>
      </div>
      <div className="match__near">
        {similarity !== null && <Meter label={t("embeddings.similarity")} share={similarity} tone="ok" />}
        <span className="number">{t("embeddings.distanceIs", { distance: format.count(distance) })}</span>
      </div>
    </li>
  );
}
