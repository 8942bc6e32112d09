import type { ReactNode } from "react";
import type { ChangeOut, Preview } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { useSaid } from "../../../said";
import { StateBadge } from "../../../ui/Badge";
import { Facts } from "../../../ui/Facts";
import { Table } from "../../../ui/Table";
import { Money, Time } from "../../../ui/Values";
import { useBench } from "../bench";

/** What would change, when it would fire, what a retry would reuse, what it would cost. */
export function PreviewView({ preview, isNew }: { preview: Preview; isNew: boolean }) {
  const { t } = useI18n();
  const { draft } = useBench();
  return (
    <>
      {isNew ? (
        <p>{t("editor.saveNew", { name: draft.name, count: draft.steps.length })}</p>
      ) : (
        <Part title={t("editor.changes")}>
          <Changes changes={preview.changes} />
          <p className="faint">{t("editor.saveRunning")}</p>
        </Part>
      )}
      <Part title={t("editor.fires")}>
        <Fires preview={preview} isNew={isNew} />
      </Part>
      {preview.reuse && (
        <Part title={t("editor.reuse", { id: preview.reuse.instance_id })}>
          <Reuse reuse={preview.reuse} />
        </Part>
      )}
      {preview.cost && (
        <Part title={t("editor.cost")}>
          <Cost cost={preview.cost} />
        </Part>
      )}
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="preview__part">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

export function Changes({ changes }: { changes: readonly ChangeOut[] }) {
  const { t } = useI18n();
  const said = useSaid();
  if (changes.length === 0) return <p className="soft">{t("editor.saveNothing")}</p>;
  return (
    <ul className="preview__changes">
      {changes.map((change) => (
        <li key={change.path}>{said("edits", change, change.words)}</li>
      ))}
    </ul>
  );
}

function Fires({ preview, isNew }: { preview: Preview; isNew: boolean }) {
  const { t } = useI18n();
  const [before, after] = [preview.next_fires_before, preview.next_fires];
  if (isNew || before.join() === after.join()) {
    return (
      <>
        {!isNew && <p className="faint">{t("editor.firesSame")}</p>}
        <Instants instants={after} />
      </>
    );
  }
  return (
    <div className="preview__two">
      <div>
        <p className="faint">{t("editor.firesBefore")}</p>
        <Instants instants={before} />
      </div>
      <div>
        <p className="faint">{t("editor.firesAfter")}</p>
        <Instants instants={after} />
      </div>
    </div>
  );
}

function Instants({ instants }: { instants: readonly string[] }) {
  const { t } = useI18n();
  if (instants.length === 0) return <p>{t("editor.firesNever")}</p>;
  return (
    <ul className="fires">
      {instants.map((at) => (
        <li key={at}>
          <Time at={at} form="moment" />
        </li>
      ))}
    </ul>
  );
}

function Reuse({ reuse }: { reuse: NonNullable<Preview["reuse"]> }) {
  const { t } = useI18n();
  const said = useSaid();
  const count = (fate: string) => reuse.steps.filter((step) => step.fate === fate).length;
  return (
    <>
      <p>{t("editor.reuseCounts", { reuse: count("reuse"), rerun: count("rerun"), fresh: count("new"), gone: count("dropped") })}</p>
      {reuse.refusal && <p className="field__problem">{said("refusals", reuse.refusal, reuse.refusal.words)}</p>}
      <Table
        label={t("editor.reuse", { id: reuse.instance_id })}
        rows={reuse.steps}
        rowKey={({ step }) => step}
        columns={[
          { key: "step", label: t("editor.step"), isHeader: true, cell: ({ step }) => step },
          { key: "fate", label: t("editor.fate"), cell: ({ fate }) => <StateBadge state={fate} /> },
          { key: "why", label: t("editor.why"), cell: (step) => said("planned", step, step.why) },
        ]}
      />
    </>
  );
}

function Cost({ cost }: { cost: NonNullable<Preview["cost"]> }) {
  const { t } = useI18n();
  const said = useSaid();
  return (
    <>
      <Facts
        facts={[
          { name: t("editor.costBefore"), value: <Money usd={cost.before_usd} /> },
          { name: t("editor.costAfter"), value: <Money usd={cost.after_usd} /> },
        ]}
      />
      <p className="faint">{cost.remarks.map((remark) => said("costs", remark, remark.words)).join("; ")}</p>
      {cost.is_simulated && <p className="faint">{t("editor.costSimulated")}</p>}
    </>
  );
}
