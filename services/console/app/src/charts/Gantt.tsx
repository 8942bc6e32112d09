import { useI18n } from "../i18n/I18n";
import { names } from "../ui/names";
import type { Tone } from "../ui/states";
import { rangeOf, type Span, segmentPlace } from "./ganttRange";
import { areSplit, percentAt, timeTicks } from "./scales";
import "./charts.css";

export interface GanttSegment extends Span {
  key: string;
  /** What it is: `Running`, `Waits for a worker`. */
  kind: string;
  tone: Tone;
  /** Waits are drawn thin, attempts thick. */
  isWait?: boolean;
}

export interface GanttRow {
  key: string;
  label: string;
  segments: readonly GanttSegment[];
}

interface GanttProps {
  label: string;
  rows: readonly GanttRow[];
  /** Milliseconds: what has not ended lasts until then. */
  now: number;
  selected?: string | null;
  onSelect?: (key: string) => void;
}

const TICKS = 6;
/** In percent: words of a time behind it would leave the chart. */
const LAST_WORDS = 92;

/** Rows over one axis of time: when each began, waited, ran and ended. */
export function Gantt({ label, rows, now, selected, onSelect }: GanttProps) {
  const { t, format } = useI18n();
  const range = rangeOf(rows.flatMap(({ segments }) => segments), now);
  if (range === null) return <p className="faint">{t("charts.noData")}</p>;
  const { from, to } = range;
  const ticks = timeTicks(from, to, TICKS);
  const words = areSplit(ticks) ? format.instant : format.clock;
  return (
    <div className="gantt">
      <div className="gantt__axis" aria-hidden="true">
        {ticks.filter((tick) => percentAt(tick, from, to) <= LAST_WORDS).map((tick) => (
          <span key={tick} style={{ left: `${percentAt(tick, from, to)}%` }}>
            {words(new Date(tick))}
          </span>
        ))}
      </div>
      <ol className="gantt__rows" aria-label={label}>
        {rows.map((row) => (
          <li key={row.key} className={names("gantt__row", row.key === selected && "gantt__row--selected")}>
            <GanttLabel row={row} onSelect={onSelect} />
            <svg className="gantt__track" aria-hidden="true">
              {ticks.map((tick) => (
                <line key={tick} className="chart-grid" x1={`${percentAt(tick, from, to)}%`} x2={`${percentAt(tick, from, to)}%`} y1="0" y2="100%" />
              ))}
              {row.segments.map((segment) => (
                <Segment key={segment.key} segment={segment} now={now} from={from} to={to} />
              ))}
            </svg>
          </li>
        ))}
      </ol>
    </div>
  );
}

function GanttLabel({ row, onSelect }: { row: GanttRow; onSelect: ((key: string) => void) | undefined }) {
  const { t, format } = useI18n();
  const words = row.segments.map(({ kind, from, to }) =>
    t("charts.segment", {
      kind,
      from: format.clock(new Date(from)),
      duration: to === null ? t("charts.now") : format.duration((to - from) / 1000),
    }),
  );
  const spoken = <span className="hidden">: {words.join("; ")}</span>;
  if (!onSelect) {
    return (
      <span className="gantt__label" title={row.label}>
        {row.label}
        {spoken}
      </span>
    );
  }
  return (
    <button type="button" className="gantt__label" title={row.label} onClick={() => onSelect(row.key)}>
      {row.label}
      {spoken}
    </button>
  );
}

interface SegmentProps {
  segment: GanttSegment;
  now: number;
  from: number;
  to: number;
}

function Segment({ segment, now, from, to }: SegmentProps) {
  const { format } = useI18n();
  const { x, width } = segmentPlace(segment, { from, to }, now);
  const seconds = ((segment.to ?? now) - segment.from) / 1000;
  return (
    <rect
      className={`chart-mark tone--${segment.tone}`}
      x={`${x}%`}
      width={`max(2px, ${width}%)`}
      y={segment.isWait ? 11 : 6}
      height={segment.isWait ? 4 : 14}
      rx="2"
    >
      <title>{`${segment.kind}, ${format.duration(seconds)}`}</title>
    </rect>
  );
}
