import type { ResultOut } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { StateBadge } from "../../../ui/Badge";
import { CodeText } from "../../../ui/CodeText";
import { Elapsed, Time } from "../../../ui/Values";

/** What one attempt gave, or why it failed; where it ran, and how long. */
export function ResultView({ result }: { result: ResultOut }) {
  const { t } = useI18n();
  return (
    <div className="result">
      <p className="row soft">
        <StateBadge state={result.error === null ? "succeeded" : "failed"} />
        <span>{t("steps.attempt", { attempt: result.attempt })}</span>
        {result.shard > 0 && <span>{t("steps.shard", { shard: result.shard })}</span>}
        <Elapsed from={result.started_at} until={result.finished_at} />
        <Time at={result.finished_at} />
        <span className="faint">{result.worker}</span>
      </p>
      {result.error !== null && <CodeText isBlock text={result.error} />}
      {result.result_payload !== null && result.result_payload !== undefined && (
        <CodeText isBlock text={JSON.stringify(result.result_payload, null, 2)} />
      )}
    </div>
  );
}
