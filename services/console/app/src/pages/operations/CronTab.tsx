import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { setQuery } from "../../app/navigation";
import type { Query } from "../../app/routes";
import { Calendar, type DayMark, dayKey, dayOf, monthAfter } from "../../charts";
import { useI18n } from "../../i18n/I18n";
import { Answer } from "../../ui/Answer";
import { useStateWords } from "../../ui/Badge";
import { IconButton } from "../../ui/Button";
import { Card } from "../../ui/Card";
import { SelectField } from "../../ui/Field";
import { Notice } from "../../ui/Notice";
import { lookOf } from "../../ui/states";
import { type MonthOfFires, monthQuery, namesQuery } from "./cronQueries";
import { DayCard } from "./DayCard";
import { countByDay } from "./fireMarks";
import { monthKey, readMonth, spanOfMonth } from "./spans";
import "./operations.css";

/** What became of each instant that was due, by day; and the instants that come. */
export function CronTab({ query }: { query: Query }) {
  const { t } = useI18n();
  const today = dayOf(new Date());
  const { year, month } = readMonth(query["month"] ?? "") ?? today;
  const definition = query["definition"] ?? "";
  const found = useQuery(monthQuery({ ...spanOfMonth(year, month), definition }));
  const isThisMonth = year === today.year && month === today.month;
  const day = query["day"] ?? (isThisMonth ? dayKey(today) : null);
  return (
    <>
      <ChooseDefinition value={definition} />
      <Answer query={found} rows={10}>
        {(shown) => (
          <>
            <Troubles found={shown} />
            <Card title={t("operations.calendar")} aside={<MonthChoice year={year} month={month} />}>
              <Month year={year} month={month} found={shown} day={day} />
            </Card>
            {day && <DayCard day={day} definition={definition} upcoming={shown.upcoming} />}
          </>
        )}
      </Answer>
    </>
  );
}

function ChooseDefinition({ value }: { value: string }) {
  const { t } = useI18n();
  const { data: names = [] } = useQuery(namesQuery);
  const known = value && !names.includes(value) ? [...names, value] : names;
  return (
    <div className="tools">
      <SelectField
        label={t("operations.definition")}
        value={value}
        onChange={(chosen) => setQuery({ definition: chosen })}
        options={[{ value: "", label: t("operations.allCrons") }, ...known.map((name) => ({ value: name, label: name }))]}
      />
    </div>
  );
}

function Troubles({ found }: { found: MonthOfFires }) {
  const { t } = useI18n();
  return (
    <>
      {found.problems.map(({ definition, problem }) => (
        <Notice key={definition} tone="bad" icon="alert" title={t("operations.cronUnusable", { definition })}>
          <p>{problem}</p>
        </Notice>
      ))}
      {found.isCut && <Notice tone="warn" title={t("operations.cronCut", { count: found.fires.length })} />}
    </>
  );
}

function MonthChoice({ year, month }: { year: number; month: number }) {
  const { t } = useI18n();
  const turn = (months: number) => {
    const next = monthAfter(year, month, months);
    setQuery({ month: monthKey(next.year, next.month), day: null });
  };
  return (
    <span className="month">
      <IconButton icon="back" label={t("operations.monthBefore")} onClick={() => turn(-1)} />
      <IconButton icon="forward" label={t("operations.monthAfter")} onClick={() => turn(1)} />
    </span>
  );
}

interface MonthProps {
  year: number;
  month: number;
  found: MonthOfFires;
  day: string | null;
}

function Month({ year, month, found, day }: MonthProps) {
  const words = useStateWords();
  const marks = useMemo(() => {
    const counts = countByDay(found.fires, found.upcoming);
    const markOf = ([kind, count]: [string, number]): DayMark => ({ kind, count, label: words(kind), ...lookOf(kind) });
    return new Map([...counts].map(([key, ofDay]) => [key, [...ofDay].map(markOf)]));
  }, [found, words]);
  return <Calendar year={year} month={month} marks={marks} selected={day} onSelect={(chosen) => setQuery({ day: chosen })} />;
}
