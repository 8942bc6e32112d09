import { useI18n } from "../i18n/I18n";
import { Icon, type IconName } from "../ui/Icon";
import { names } from "../ui/names";
import type { Tone } from "../ui/states";
import { type Day, dayKey, dayOf, weeksOf } from "./weeks";
import "./charts.css";

/** So many of one kind on one day. */
export interface DayMark {
  kind: string;
  label: string;
  count: number;
  tone: Tone;
  icon: IconName;
}

interface CalendarProps {
  year: number;
  /** 1 to 12. */
  month: number;
  /** By `dayKey`. */
  marks: ReadonlyMap<string, readonly DayMark[]>;
  selected?: string | null;
  onSelect?: (day: string) => void;
}

/** A month, with what happened on each day. */
export function Calendar({ year, month, marks, selected, onSelect }: CalendarProps) {
  const { language } = useI18n();
  const title = new Intl.DateTimeFormat(language, { year: "numeric", month: "long" }).format(new Date(year, month - 1, 1));
  const weekday = new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" });
  const today = dayKey(dayOf(new Date()));
  return (
    <table className="calendar">
      <caption>{title}</caption>
      <thead>
        <tr>
          {Array.from({ length: 7 }, (_, at) => (
            <th key={at} scope="col">
              {weekday.format(new Date(Date.UTC(2023, 0, 1 + at)))}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeksOf(year, month, 0).map((week, at) => (
          <tr key={at}>
            {week.map((day, column) => (
              <td key={column} className={names(day && dayKey(day) === today && "calendar__today")}>
                {day && <DayCell day={day} marks={marks.get(dayKey(day)) ?? []} isSelected={dayKey(day) === selected} onSelect={onSelect} />}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface DayCellProps {
  day: Day;
  marks: readonly DayMark[];
  isSelected: boolean;
  onSelect: ((day: string) => void) | undefined;
}

function DayCell({ day, marks, isSelected, onSelect }: DayCellProps) {
  const { t, format } = useI18n();
  const words = marks.length === 0 ? t("charts.nothing") : format.list(marks.map(({ label, count }) => `${label} ${format.count(count)}`));
  const label = t("charts.calendarDay", { date: format.date(new Date(day.year, day.month - 1, day.day)), words });
  const content = (
    <>
      <span className="calendar__day" aria-hidden="true">
        {day.day}
      </span>
      <span className="calendar__marks" aria-hidden="true">
        {marks.map(({ kind, count, tone, icon, label: name }) => (
          <span key={kind} className={`calendar__mark tone--${tone}`} title={name}>
            <Icon name={icon} size={12} />
            {format.count(count)}
          </span>
        ))}
      </span>
      <span className="hidden">{label}</span>
    </>
  );
  if (!onSelect) return <div className="calendar__cell">{content}</div>;
  return (
    <button type="button" className="calendar__cell" aria-pressed={isSelected} onClick={() => onSelect(dayKey(day))}>
      {content}
    </button>
  );
}
