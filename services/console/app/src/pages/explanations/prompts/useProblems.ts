import { Problem } from "../../../api/problem";
import type { CodeProblem } from "../../../editor";
import { useI18n } from "../../../i18n/I18n";
import { useSaidProblems } from "../../../said";
import { problemsOf, type Schema } from "./draft";

/** What is wrong with a draft, at the field where it is: as the server says it, and of the schema as it is typed. */
export function useProblems(schema: Schema, errors: readonly (Error | null)[]): Record<"system" | "body" | "schema", CodeProblem[]> {
  const { t } = useI18n();
  const refused = useSaidProblems()(errors.flatMap((error) => (error instanceof Problem ? error.problems : [])));
  const words = (reason: string | null) => (reason === null ? t("prompts.schemaNotObject") : t("prompts.schemaWrong", { reason }));
  return {
    body: problemsOf(refused, "body"),
    system: problemsOf(refused, "system"),
    schema: schema.isRight ? problemsOf(refused, "schema") : [{ message: words(schema.reason) }],
  };
}
