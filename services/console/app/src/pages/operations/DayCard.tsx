import { useInfiniteQuery } from "@tanstack/react-query";
import type { UpcomingOut } from "../../api/schema";
import { useI18n } from "../../i18n/I18n";
import { useSaid } from "../../said";
import { Answer } from "../../ui/Answer";
import { StateBadge } from "../../ui/Badge";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { Link } from "../../ui/Link";
import { MoreButton } from "../../ui/MoreButton";
import { type Column, Table } from "../../ui/Table";
import { Duration, Time } from "../../ui/Values";
import { dayQuery } from "./cronQueries";
import { type Instant, instantsOf } from "./fireMarks";
import { spanOfDay } from "./spans";

interface DayCardProps {
  day: string;
  definition: string;
  upcoming: readonly UpcomingOut[];
}

/** One day: each instant, what became of it and why. */
export function DayCard({ day, definition, upcoming }: DayCardProps) {
  const { t, format } = useI18n();
  const query = useInfiniteQuery(dayQuery({ ...spanOfDay(day), definition }));
  const title = format.date(new Date(spanOfDay(day).from));
  return (
    <Card title={title} isFlush>
      <Answer query={query}>
        {({ pages }) => {
          const instants = instantsOf(pages.flatMap(({ data }) => data), upcoming, day);
          if (instants.length === 0) return <Empty icon="calendar" headingLevel={3} title={t("operations.dayEmpty")} lead={t("operations.dayEmptyLead")} />;
          return <Instants label={title} instants={instants} />;
        }}
      </Answer>
      <MoreButton query={query} />
    </Card>
  );
}

function Instants({ label, instants }: { label: string; instants: readonly Instant[] }) {
  const { t } = useI18n();
  const said = useSaid();
  const columns: Column<Instant>[] = [
    { key: "at", label: t("operations.time"), cell: ({ at }) => <Time at={at} form="clock" /> },
    {
      key: "definition", label: t("operations.definition"), isHeader: true,
      cell: ({ definition }) => (
        <Link look="row" to="/definitions/:name" params={{ name: definition }}>
          {definition}
        </Link>
      ),
    },
    {
      key: "outcome", label: t("operations.outcome"),
      cell: (instant) => (
        <>
          <span className="row">
            <StateBadge state={instant.outcome} />
            <Started instant={instant} />
          </span>
          {instant.reason && <div className="soft">{instant.why ? said("fires", instant.why, instant.reason) : instant.reason}</div>}
        </>
      ),
    },
    { key: "late", label: t("operations.late"), isNumber: true, isSecondary: true, cell: ({ late }) => <Duration seconds={late} /> },
  ];
  return <Table label={label} columns={columns} rows={instants} rowKey={({ at, definition, outcome }) => `${at} ${definition} ${outcome}`} />;
}

function Started({ instant: { instance, status } }: { instant: Instant }) {
  if (instance === null) return null;
  return (
    <>
      <Link to="/instances/:id" params={{ id: instance }}>
        #{instance}
      </Link>
      {status && <StateBadge state={status} />}
    </>
  );
}
