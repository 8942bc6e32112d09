import { useI18n } from "../i18n/I18n";
import { lookOf } from "../ui/states";
import { useStateWords } from "../ui/Badge";
import { sparkBars } from "./sparkBars";
import "./charts.css";

export interface Run {
  id: number;
  status: string;
  /** Seconds; null: it has not ended. */
  duration: number | null;
}

const WIDTH = 6;
const GAP = 2;
const HEIGHT = 24;

/** The last runs as bars, oldest first: as high as they took long, in the colour of how they ended. */
export function Sparkline({ runs }: { runs: readonly Run[] }) {
  const { t, format } = useI18n();
  const words = useStateWords();
  if (runs.length === 0) return <span className="faint">{t("charts.noData")}</span>;
  const count = (status: string) => runs.filter((run) => run.status === status).length;
  const label = t("charts.lastRuns", { count: runs.length, succeeded: count("succeeded"), failed: count("failed") });
  const width = runs.length * (WIDTH + GAP) - GAP;
  return (
    <svg className="sparkline" role="img" aria-label={label} width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`}>
      {sparkBars(runs, HEIGHT).map(({ run, height }, at) => (
        <rect
          key={run.id}
          className={`chart-mark tone--${lookOf(run.status).tone}`}
          data-hatched={run.status === "failed" || undefined}
          x={at * (WIDTH + GAP)}
          y={HEIGHT - height}
          width={WIDTH}
          height={height}
          rx={1.5}
        >
          <title>{`#${run.id} ${words(run.status)}${run.duration === null ? "" : `, ${format.duration(run.duration)}`}`}</title>
        </rect>
      ))}
    </svg>
  );
}
