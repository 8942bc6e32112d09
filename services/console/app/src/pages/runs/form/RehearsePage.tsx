import { go } from "../../../app/navigation";
import type { PageProps } from "../../../app/routes";
import { useI18n } from "../../../i18n/I18n";
import { firstAsked } from "./asked";
import { FormPage } from "./FormPage";
import { RehearseForm } from "./RehearseForm";

/** Rehearses a definition: nothing is paid for, nothing of the user's is changed. */
export function RehearsePage({ params: { name }, query }: PageProps<"/definitions/:name/rehearse">) {
  const { t } = useI18n();
  return (
    <FormPage name={name} title={t("runs.rehearseTitle", { name })} lead={t("runs.rehearseLead")} like={query["like"]}>
      {({ definition, params }) => (
        <RehearseForm
          key={query["like"] ?? ""}
          definition={definition}
          initial={{ ...firstAsked, params, step: query["step"] ?? "", using: query["using"] ?? "" }}
          onStarted={(id) => go({ to: "/rehearsals/:id", params: { id } })}
        />
      )}
    </FormPage>
  );
}
