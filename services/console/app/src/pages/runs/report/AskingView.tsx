import type { AskingOut, ExampleOut } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { useSaid } from "../../../said";
import { CodeText } from "../../../ui/CodeText";
import { type Fact, Facts } from "../../../ui/Facts";
import { Link } from "../../../ui/Link";
import { Notice } from "../../../ui/Notice";
import { Count, Money } from "../../../ui/Values";

/** What a step would ask in earnest, what that costs, and what the prompts look like. */
export function AskingView({ asking }: { asking: AskingOut }) {
  const { t } = useI18n();
  const said = useSaid();
  const { prompt, bought_before, reasons, examples } = asking;
  const facts: readonly (Fact | false)[] = [
    { name: t("runs.model"), value: `${asking.model} (${asking.provider}, ${asking.mode})` },
    prompt !== null && {
      name: t("runs.prompt"),
      value: (
        <Link to="/explanations/prompts/:name" params={{ name: prompt.key }}>
          {prompt.key} {t("definitions.version", { version: String(prompt.version) })}
        </Link>
      ),
    },
    { name: t("runs.requests"), value: <Count value={asking.requests} /> },
    bought_before > 0 && { name: t("runs.boughtBefore"), value: <Count value={bought_before} /> },
    { name: t("runs.inputTokens"), value: <Count value={asking.input_tokens} /> },
    { name: t("runs.outputTokens"), value: <span title={said("lengths", asking.output_tokens_as, asking.output_tokens_as.words)}><Count value={asking.output_tokens} /></span> },
    { name: t("runs.about"), value: <Money usd={asking.about_usd} /> },
    { name: t("runs.atMost"), value: <Money usd={asking.at_most_usd} /> },
    { name: t("runs.takes"), value: said("takes", asking.duration, asking.duration.words) },
    { name: t("runs.tried"), value: t("runs.triedWords", { accepted: asking.accepted, asked: asking.asked }) },
  ];
  return (
    <>
      <Facts facts={facts.filter((fact) => fact !== false)} />
      {reasons.length > 0 && (
        <Notice tone="bad" icon="cross" title={t("runs.unusable")}>
          <ul className="remarks">
            {reasons.map(({ reason, items, example }) => (
              <li key={reason}>
                <Count value={items} /> × {reason}
                {example !== null && <span className="faint"> {example}</span>}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {examples.map((example, at) => (
        <ExampleView key={example.prompt} example={example} number={at + 1} />
      ))}
    </>
  );
}

function ExampleView({ example, number }: { example: ExampleOut; number: number }) {
  const { t } = useI18n();
  const { system, prompt, answer, error } = example;
  return (
    <section className="example">
      <h3>{t("runs.example", { number })}</h3>
      <div className="example__parts">
        <div>
          {system && <Part title={t("runs.system")} text={system} />}
          <Part title={t("runs.promptText")} text={prompt} />
        </div>
        <div>
          {answer !== null && <Part title={t("runs.answer")} text={answer} />}
          {error !== null && (
            <Notice tone="bad" icon="cross" title={t("runs.answerRefused")}>
              <p>{error}</p>
            </Notice>
          )}
        </div>
      </div>
    </section>
  );
}

function Part({ title, text }: { title: string; text: string }) {
  return (
    <figure className="example__part">
      <figcaption>{title}</figcaption>
      <CodeText isBlock text={text} />
    </figure>
  );
}
