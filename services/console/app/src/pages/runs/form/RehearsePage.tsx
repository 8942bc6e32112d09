import type { PageProps } from "../../../app/routes";
import { useI18n } from "../../../i18n/I18n";
import { FormPage } from "./FormPage";
import { RehearseForm } from "./RehearseForm";

/** Rehearses a definition: nothing is paid for, nothing of the user's is changed. */
export function RehearsePage({ params: { name }, query }: PageProps<"/definitions/:name/rehearse">) {
  const { t } = useI18n();
  return (
    <FormPage name={name} title={t("runs.rehearseTitle", { name })} lead={t("runs.rehearseLead")} like={query["like"]}>
      {(start) => <RehearseForm key={query["like"] ?? ""} start={start} step={query["step"]} using={query["using"]} />}
    </FormPage>
  );
}
