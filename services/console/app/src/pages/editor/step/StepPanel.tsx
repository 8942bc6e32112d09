import { useI18n } from "../../../i18n/I18n";
import { Button, IconButton } from "../../../ui/Button";
import { Can } from "../../../app/me";
import { useBench } from "../bench";
import type { Step } from "../model/draft";
import { Section } from "../Section";
import { useRemoving } from "../useRemoving";
import { Basics } from "./Basics";
import { Neighbours } from "./Neighbours";
import { Params } from "./Params";
import { Policies } from "./Policies";

/** A step as a form. What is wrong is said at the field that it is about. */
export function StepPanel({ step }: { step: Step }) {
  const { t } = useI18n();
  const { select } = useBench();
  const remove = useRemoving();
  return (
    <>
      <div className="card__head">
        <h2>{t("editor.stepPanel", { key: step.key })}</h2>
        <IconButton icon="close" label={t("editor.closeStep")} onClick={() => select(null)} />
      </div>
      <div className="card__body panel">
        <Basics step={step} />
        <Section title={t("editor.params")}>
          <Params step={step} />
        </Section>
        <Section title={t("editor.order")}>
          <Neighbours step={step} />
        </Section>
        <Policies step={step} />
        <Can role="editor">
          <div className="row">
            <Button kind="danger" size="small" icon="trash" onClick={() => remove(step.key)}>
              {t("editor.deleteStep")}
            </Button>
          </div>
        </Can>
      </div>
    </>
  );
}
