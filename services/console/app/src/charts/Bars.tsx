import { useI18n } from "../i18n/I18n";
import type { Tone } from "../ui/states";
import { niceTicks, spread } from "./scales";
import { stack } from "./stack";
import "./charts.css";

export interface BarGroup {
  key: string;
  label: string;
  parts: readonly { name: string; value: number; tone: Tone }[];
}

interface BarsProps {
  label: string;
  groups: readonly BarGroup[];
  /** A value in words: money, a count. */
  words: (value: number) => string;
  /** A line across: what may be spent in a day. */
  limit?: { value: number; label: string } | undefined;
  height?: number;
}

const MOST_LABELS = 6;

/** Stacked bars over an axis, with the same numbers as a table for those who do not see them. */
export function Bars({ label, groups, words, limit, height = 180 }: BarsProps) {
  const { t } = useI18n();
  if (groups.length === 0) return <p className="faint">{t("charts.noData")}</p>;
  const stacks = groups.map((group) => ({ group, parts: stack(group.parts) }));
  const most = Math.max(...stacks.map(({ parts }) => parts.at(-1)?.to ?? 0), limit?.value ?? 0);
  const ticks = niceTicks(most, 4);
  const top = ticks.at(-1) || 1;
  const y = (value: number) => `${100 - (value / top) * 100}%`;
  const width = 100 / groups.length;
  const labels = new Set(spread(groups, MOST_LABELS).map(({ key }) => key));
  return (
    <figure className="bars">
      <div className="bars__plot" style={{ height }} aria-hidden="true">
        <div className="bars__ticks">
          {ticks.map((tick) => (
            <span key={tick} style={{ top: y(tick) }}>
              {words(tick)}
            </span>
          ))}
        </div>
        <svg className="bars__svg">
          {ticks.map((tick) => (
            <line key={tick} className="chart-grid" x1="0" x2="100%" y1={y(tick)} y2={y(tick)} />
          ))}
          {stacks.map(({ group, parts }, at) =>
            parts.map((part) => (
              <rect
                key={`${group.key} ${part.name}`}
                className={`chart-mark tone--${part.tone}`}
                x={`${at * width + width * 0.14}%`}
                width={`${width * 0.72}%`}
                y={y(part.to)}
                height={`${((part.to - part.from) / top) * 100}%`}
              >
                <title>{`${group.label} ${part.name}: ${words(part.value)}`}</title>
              </rect>
            )),
          )}
          {limit && <line className="chart-limit" x1="0" x2="100%" y1={y(limit.value)} y2={y(limit.value)} />}
        </svg>
      </div>
      <div className="bars__labels" aria-hidden="true">
        {groups.map(({ key, label: words }) => (
          <span key={key}>{labels.has(key) ? words : ""}</span>
        ))}
      </div>
      <BarsTable label={label} groups={groups} words={words} limit={limit} />
    </figure>
  );
}

function BarsTable({ label, groups, words, limit }: Omit<BarsProps, "height">) {
  return (
    <div className="hidden">
      <table>
        <caption>{limit ? `${label}. ${limit.label}: ${words(limit.value)}` : label}</caption>
        <tbody>
          {groups.map(({ key, label: name, parts }) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              <td>{parts.map((part) => `${part.name} ${words(part.value)}`).join(", ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
