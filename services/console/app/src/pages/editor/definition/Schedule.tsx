import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, body } from "../../../api/client";
import { within } from "../../../forms/problems";
import { useI18n } from "../../../i18n/I18n";
import { TextField } from "../../../ui/Field";
import { Time } from "../../../ui/Values";
import { useBench } from "../bench";
import { scheduleSchema } from "../model/schemas";
import { usePaused } from "../useChecked";
import { ColumnsForm } from "./DefinitionPanel";

/** When the definition fires, with the next instants as they would be. */
export function Schedule() {
  const { t } = useI18n();
  const { draft, edit, placed, isReadOnly } = useBench();
  const rules = useMemo(() => scheduleSchema(t), [t]);
  const said = (field: string) => within(placed.ofDefinition, field);
  const cronProblem = said("cron");
  return (
    <>
      <TextField
        label={t("editor.cron")}
        hint={t("editor.cronHint")}
        problem={cronProblem}
        value={draft.cron ?? ""}
        onChange={(cron) => edit((before) => ({ ...before, cron: cron === "" ? null : cron }), "cron")}
        placeholder="0 3 * * *"
        readOnly={isReadOnly}
        autoComplete="off"
        spellCheck={false}
      />
      <TextField
        label={t("editor.timezone")}
        hint={t("editor.timezoneHint")}
        problem={said("timezone")}
        value={draft.timezone}
        onChange={(timezone) => edit((before) => ({ ...before, timezone }), "timezone")}
        list="timezones"
        readOnly={isReadOnly}
        autoComplete="off"
        spellCheck={false}
      />
      <datalist id="timezones">
        {Intl.supportedValuesOf("timeZone").map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      {draft.cron !== null && cronProblem === undefined && <NextFires cron={draft.cron} timezone={draft.timezone} />}
      {draft.cron !== null && <ColumnsForm schema={rules} />}
    </>
  );
}

const PAUSE_MS = 400;
// The server says when a whole definition fires; this one has nothing but the schedule to be wrong.
const carrier = { name: "schedule_only", enabled: true, steps: [{ key: "collect", params: { items: [] } }] };

function NextFires({ cron, timezone }: { cron: string; timezone: string }) {
  const { t } = useI18n();
  const asked = usePaused(JSON.stringify([cron, timezone]), PAUSE_MS);
  const { data } = useQuery({
    queryKey: ["next fires", asked],
    queryFn: ({ signal }) => {
      const [when, zone] = JSON.parse(asked) as [string, string];
      return body(api.POST("/definitions/preview", { body: { ...carrier, cron: when, timezone: zone }, signal }));
    },
    // An expression that is half typed is refused: its problem is said at the field.
    retry: false,
  });
  if (data === undefined) return null;
  return (
    <div>
      <p className="field__label">{t("editor.nextFires")}</p>
      <ul className="fires">
        {data.next_fires.map((at) => (
          <li key={at}>
            <Time at={at} form="moment" /> <span className="faint">(<Time at={at} />)</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
