import { useI18n } from "../i18n/I18n";
import type { Schema } from "./schema";
import { textOf } from "./values";

/** What a field says while it is empty: the default that then holds. */
export function usePlaceholder(schema: Schema): string {
  const { t } = useI18n();
  const usual = textOf(schema.default);
  return usual === "" ? "" : t("forms.usually", { value: usual });
}
