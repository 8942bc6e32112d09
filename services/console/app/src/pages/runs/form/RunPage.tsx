import type { PageProps } from "../../../app/routes";
import { useI18n } from "../../../i18n/I18n";
import { FormPage } from "./FormPage";
import { RunForm } from "./RunForm";

/** Starts a definition with params and a budget. `?like=7` takes the params of an instance or a rehearsal over. */
export function RunPage({ params: { name }, query }: PageProps<"/definitions/:name/run">) {
  const { t } = useI18n();
  return (
    <FormPage name={name} title={t("runs.runTitle", { name })} lead={t("runs.runLead")} like={query["like"]}>
      {(start) => <RunForm key={query["like"] ?? ""} start={start} like={query["like"]} />}
    </FormPage>
  );
}
