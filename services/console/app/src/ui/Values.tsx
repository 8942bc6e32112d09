import { useI18n } from "../i18n/I18n";
import { useNow } from "./clock";

const NOTHING = "–";
const Nothing = () => <span className="faint">{NOTHING}</span>;

interface TimeProps {
  at: string | null | undefined;
  form?: "relative" | "moment" | "clock" | "date";
}

/** A time: from now, with the exact one when pointed at; or as it is. */
export function Time({ at, form = "relative" }: TimeProps) {
  if (!at) return <Nothing />;
  return form === "relative" ? <RelativeTime at={at} /> : <ExactTime at={at} form={form} />;
}

function RelativeTime({ at }: { at: string }) {
  const { format } = useI18n();
  const now = useNow();
  const time = new Date(at);
  return (
    <time className="number" dateTime={at} title={format.moment(time)}>
      {format.relative(time, now)}
    </time>
  );
}

function ExactTime({ at, form }: { at: string; form: "moment" | "clock" | "date" }) {
  const { format } = useI18n();
  const time = new Date(at);
  return (
    <time className="number" dateTime={at} title={format.moment(time)}>
      {format[form](time)}
    </time>
  );
}

export function Duration({ seconds }: { seconds: number | null | undefined }) {
  const { format } = useI18n();
  if (seconds === null || seconds === undefined) return <Nothing />;
  return <span className="number">{format.duration(seconds)}</span>;
}

/** How long something took, or has taken until now. */
export function Elapsed({ from, until }: { from: string | null | undefined; until?: string | null | undefined }) {
  if (!from) return <Nothing />;
  if (!until) return <Running from={from} />;
  return <Duration seconds={(Date.parse(until) - Date.parse(from)) / 1000} />;
}

function Running({ from }: { from: string }) {
  const now = useNow();
  return <Duration seconds={Math.max(0, Math.floor((now.getTime() - Date.parse(from)) / 1000))} />;
}

/** Dollars, as the API gives them: a text. */
export function Money({ usd }: { usd: string | number | null | undefined }) {
  const { format } = useI18n();
  if (usd === null || usd === undefined) return <Nothing />;
  return <span className="number">{format.money(usd)}</span>;
}

export function Count({ value }: { value: number | null | undefined }) {
  const { format } = useI18n();
  if (value === null || value === undefined) return <Nothing />;
  return <span className="number">{format.count(value)}</span>;
}

/** A share between 0 and 1. */
export function Percent({ share }: { share: number | null | undefined }) {
  const { format } = useI18n();
  if (share === null || share === undefined) return <Nothing />;
  return <span className="number">{format.percent(share)}</span>;
}
