import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, body } from "../../api/client";
import { CodeEditor } from "../../editor";
import { useI18n } from "../../i18n/I18n";
import { Button } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { Loading } from "../../ui/Loading";
import { ProblemView } from "../../ui/ProblemView";
import { SmallSelect } from "../../ui/SmallSelect";
import { useBench } from "./bench";
import { type Draft, textOf } from "./model/draft";
import { PasteDialog } from "./PasteDialog";

type Form = "yaml" | "json";
const forms = [
  { value: "yaml", label: "YAML" },
  { value: "json", label: "JSON" },
] as const;

/** The draft as YAML or JSON, to read, copy, and paste another one in. */
export function TextView() {
  const { t } = useI18n();
  const { draft, isReadOnly } = useBench();
  const [form, setForm] = useState<Form>("yaml");
  const [isPasting, setIsPasting] = useState(false);
  const yaml = useYaml(draft, form === "yaml");
  const text = form === "json" ? textOf(draft, 2) : yaml.data;
  return (
    <div className="stack workbench__padded">
      <div className="row">
        <p className="soft grow">{t(form === "json" ? "editor.textLead" : "editor.yamlLead")}</p>
        <SmallSelect label={t("editor.textForm")} value={form} onChange={setForm} options={forms} />
        {text !== undefined && <CopyButton text={text} />}
        {!isReadOnly && (
          <Button size="small" icon="upload" onClick={() => setIsPasting(true)}>
            {t("editor.pasteIn")}
          </Button>
        )}
      </div>
      {yaml.error && form === "yaml" && <ProblemView error={yaml.error} onRetry={() => void yaml.refetch()} />}
      {text === undefined ? (
        !yaml.error && <Loading />
      ) : (
        <CodeEditor label={t("editor.text")} isLabelHidden language={form === "json" ? "json" : "text"} value={text} maxLines={32} />
      )}
      {isPasting && <PasteDialog onClose={() => setIsPasting(false)} />}
    </div>
  );
}

/** The draft as files have it: the server writes it, so that it is as `batchdag export` writes it. */
function useYaml(draft: Draft, isWanted: boolean) {
  return useQuery({
    queryKey: ["yaml", textOf(draft)],
    queryFn: async ({ signal }) => (await body(api.POST("/definitions/text", { body: { ...draft }, signal }))).text,
    enabled: isWanted,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
}
