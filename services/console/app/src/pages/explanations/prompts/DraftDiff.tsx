import { useI18n } from "../../../i18n/I18n";
import { TextDiff } from "../../../ui/TextDiff";
import { type Draft, fields, isSame } from "./draft";

/** What differs between two texts of a prompt, field by field. */
export function DraftDiff({ before, after }: { before: Draft; after: Draft }) {
  const { t } = useI18n();
  if (isSame(before, after)) return <p className="soft">{t("prompts.same")}</p>;
  return (
    <div className="stack">
      {fields
        .filter((field) => before[field] !== after[field])
        .map((field) => (
          <div key={field} className="field">
            <span className="field__label">{t(`prompts.field_${field}`)}</span>
            <TextDiff label={t(`prompts.field_${field}`)} before={before[field]} after={after[field]} />
          </div>
        ))}
    </div>
  );
}
