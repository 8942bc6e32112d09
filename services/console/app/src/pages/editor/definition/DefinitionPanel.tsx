import { useMemo } from "react";
import { type JsonObject, type Schema, SchemaForm } from "../../../forms";
import { within } from "../../../forms/problems";
import { useI18n } from "../../../i18n/I18n";
import { CheckField, TextArea, TextField } from "../../../ui/Field";
import { useBench } from "../bench";
import { type Draft, empty } from "../model/draft";
import { definitionSchema } from "../model/schemas";
import { Section } from "../Section";
import { RunParams } from "./RunParams";
import { Schedule } from "./Schedule";

/** What holds for the definition as a whole. */
export function DefinitionPanel() {
  const { t } = useI18n();
  const { draft, edit, isNew, isReadOnly, placed } = useBench();
  const limits = useMemo(() => definitionSchema(t), [t]);
  const said = (field: string) => within(placed.ofDefinition, field);
  const set = (change: Partial<Draft>) => edit((before) => ({ ...before, ...change }), Object.keys(change).join());
  return (
    <>
      <div className="card__head">
        <h2>{t("editor.definitionPanel")}</h2>
      </div>
      <div className="card__body panel">
        {isNew && (
          <TextField
            label={t("editor.name")}
            hint={t("editor.nameHint")}
            problem={draft.name === "" ? undefined : said("name")}
            isRequired
            value={draft.name}
            onChange={(name) => set({ name })}
            readOnly={isReadOnly}
            autoComplete="off"
            spellCheck={false}
          />
        )}
        <TextArea
          label={t("editor.description")}
          rows={2}
          problem={said("description")}
          value={draft.description}
          onChange={(description) => set({ description })}
          readOnly={isReadOnly}
        />
        <CheckField
          label={t("editor.enabled")}
          hint={t("editor.enabledHint")}
          isChecked={draft.enabled}
          onChange={(enabled) => set({ enabled })}
          disabled={isReadOnly}
        />
        <Section title={t("editor.schedule")}>
          <Schedule />
        </Section>
        <Section title={t("editor.runParams")}>
          <RunParams />
        </Section>
        <Section title={t("editor.limits")}>
          <ColumnsForm schema={limits} />
        </Section>
      </div>
    </>
  );
}

/** Some columns of the definition as a form; what is left out there has its default here. */
export function ColumnsForm({ schema }: { schema: Schema }) {
  const { draft, edit, placed, isReadOnly } = useBench();
  const names = Object.keys(schema.properties ?? {}) as (keyof Draft)[];
  const given = names.filter((name) => draft[name] !== null && draft[name] !== empty[name]);
  const value = Object.fromEntries(given.map((name) => [name, draft[name]])) as JsonObject;
  const problems = placed.ofDefinition.filter(({ path }) => names.some((name) => name === path));
  const change = (changed: JsonObject) =>
    edit((before) => ({ ...before, ...Object.fromEntries(names.map((name) => [name, changed[name] ?? empty[name]])) }), names.join());
  return <SchemaForm schema={schema} value={value} onChange={change} problems={problems} isReadOnly={isReadOnly} />;
}
