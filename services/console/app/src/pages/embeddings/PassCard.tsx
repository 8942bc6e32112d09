import type { PassOut } from "../../api/schema";
import { useI18n } from "../../i18n/I18n";
import { Badge } from "../../ui/Badge";
import { Card } from "../../ui/Card";
import { Facts } from "../../ui/Facts";
import { Link } from "../../ui/Link";
import { Meter } from "../../ui/Meter";
import type { Look } from "../../ui/states";
import { Count, Duration, Time } from "../../ui/Values";
import { checkpointsOf, secondsLeft } from "./passes";

const stages = {
  loading: { tone: "info", icon: "upload" },
  loaded: { tone: "wait", icon: "clock" },
  done: { tone: "ok", icon: "check" },
} as const satisfies Record<string, Look>;

const isStage = (stage: string): stage is keyof typeof stages => Object.hasOwn(stages, stage);

/** One walk over a source into one table: how far it is, how fast, what became of its rows. */
export function PassCard({ pass }: { pass: PassOut }) {
  const { t, format } = useI18n();
  const share = pass.rows > 0 ? pass.done / pass.rows : null;
  return (
    <Card title={pass.collection} aside={<Stage stage={pass.stage} />}>
      <div className="stack">
        <p className="soft prose">
          {t("embeddings.passOf", { number: pass.number, source: pass.source, version: pass.version })}{" "}
          <Link to="/instances/:id/steps/:step" params={{ id: pass.instance_id, step: pass.step_key }}>
            #{pass.instance_id} {pass.step_key}
          </Link>
        </p>
        <div className="pass__progress">
          <Meter label={t("embeddings.progressOf", { collection: pass.collection })} share={share} tone={pass.stage === "done" ? "ok" : "info"} />
          <span className="number">{t("embeddings.rowsOf", { done: format.count(pass.done), rows: format.count(pass.rows) })}</span>
        </div>
        <Facts
          facts={[
            { name: t("embeddings.rate"), value: pass.rate === null ? "–" : t("embeddings.perSecond", { rate: Math.round(pass.rate) }) },
            { name: t("embeddings.left"), value: <Duration seconds={secondsLeft(pass)} /> },
            { name: t("embeddings.inserted"), value: <Count value={pass.inserted} /> },
            { name: t("embeddings.updated"), value: <Count value={pass.updated} /> },
            { name: t("embeddings.unchanged"), value: <Count value={pass.unchanged} /> },
            { name: t("embeddings.dead"), value: <Dead pass={pass} /> },
            { name: t("embeddings.parts"), value: t("embeddings.partsDone", { done: pass.parts_done, parts: pass.parts }) },
            { name: t("embeddings.changed"), value: <Time at={pass.updated_at} /> },
          ]}
        />
        <Checkpoints pass={pass} />
      </div>
    </Card>
  );
}

function Stage({ stage }: { stage: string }) {
  const { t } = useI18n();
  if (!isStage(stage)) return <Badge>{stage}</Badge>;
  return <Badge {...stages[stage]}>{t(`embeddings.stage_${stage}`)}</Badge>;
}

function Dead({ pass: { dead } }: { pass: PassOut }) {
  const { t } = useI18n();
  if (dead === 0) return <Count value={0} />;
  return (
    <span className="prose">
      <Count value={dead} /> <Link to="/embeddings/letters">{t("embeddings.seeLetters")}</Link>
    </span>
  );
}

function Checkpoints({ pass }: { pass: PassOut }) {
  const { t } = useI18n();
  return (
    <details>
      <summary>{t("embeddings.checkpoints")}</summary>
      <ul className="checkpoints">
        {checkpointsOf(pass.checkpoint).map(({ part, at, isDone }) => (
          <li key={part}>
            {isDone ? t("embeddings.partIsDone", { part: part + 1 }) : t("embeddings.partStandsAt", { part: part + 1, at: at ?? "–" })}
          </li>
        ))}
      </ul>
    </details>
  );
}
