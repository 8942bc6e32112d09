import type { CallOut } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { Badge } from "../../../ui/Badge";
import { Card } from "../../../ui/Card";
import { CodeText } from "../../../ui/CodeText";
import { Facts } from "../../../ui/Facts";
import { Notice } from "../../../ui/Notice";
import { Count, Elapsed, Money, Time } from "../../../ui/Values";
import { whole } from "./brief";

/** One question to a provider, its answer as it came and as it was read, and what was wrong with it. */
export function CallView({ call }: { call: CallOut }) {
  const { t } = useI18n();
  const isGood = call.problem === null && call.parsed !== null && call.parsed !== undefined;
  const aside = (
    <>
      {call.is_simulated && <Badge tone="wait">{t("instances.simulated")}</Badge>}
      <Badge tone={call.problem ? "bad" : isGood ? "ok" : "neutral"} icon={call.problem ? "cross" : isGood ? "check" : "clock"}>
        {call.problem ? t("steps.refused") : isGood ? t("steps.accepted") : call.state}
      </Badge>
    </>
  );
  return (
    <Card title={t("steps.try", { try: call.try })} aside={aside}>
      <div className="stack">
        <Facts
          facts={[
            { name: t("steps.model"), value: `${call.model} (${call.provider}, ${call.mode})` },
            { name: t("steps.asked"), value: <Time at={call.asked_at} /> },
            { name: t("steps.took"), value: call.answered_at ? <Elapsed from={call.asked_at} until={call.answered_at} /> : "–" },
            { name: t("steps.inputTokens"), value: <Count value={call.input_tokens} /> },
            { name: t("steps.outputTokens"), value: <Count value={call.output_tokens} /> },
            { name: t("instances.spent"), value: <Money usd={call.cost_usd} /> },
          ]}
        />
        {call.problem !== null && (
          <Notice tone="bad" icon="cross" title={call.reason ?? t("steps.refused")}>
            <p>{call.problem}</p>
          </Notice>
        )}
        {call.system && <Part title={t("steps.system")} text={call.system} />}
        <Part title={t("steps.prompt")} text={call.prompt} />
        {call.raw_answer !== null && <Part title={t("steps.rawAnswer")} text={call.raw_answer} />}
        {isGood && <Part title={t("steps.parsed")} text={whole(call.parsed)} />}
      </div>
    </Card>
  );
}

function Part({ title, text }: { title: string; text: string }) {
  return (
    <section className="call-part">
      <h3>{title}</h3>
      <CodeText isBlock text={text} />
    </section>
  );
}
