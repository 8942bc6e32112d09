import type { ReactNode } from "react";
import { Problem } from "../../api/problem";
import { useMay } from "../../app/me";
import { useQueryValue } from "../../app/navigation";
import type { PageProps } from "../../app/routes";
import { useI18n } from "../../i18n/I18n";
import { Badge } from "../../ui/Badge";
import { Link } from "../../ui/Link";
import { Loading } from "../../ui/Loading";
import { PageHeader } from "../../ui/PageHeader";
import { ProblemView } from "../../ui/ProblemView";
import { Tabs } from "../../ui/Tabs";
import { Time } from "../../ui/Values";
import { PromptEditor } from "./prompts/PromptEditor";
import { PromptVersions } from "./prompts/PromptVersions";
import { usePrompt } from "./prompts/queries";

export function PromptPage({ params: { name }, query }: PageProps<"/explanations/prompts/:name">) {
  const { t } = useI18n();
  const prompt = usePrompt(name);
  const mayEdit = useMay("editor");
  const found = prompt.data;
  const isNew = query["new"] !== undefined && mayEdit && prompt.error instanceof Problem && prompt.error.status === 404;
  return (
    <div className="stack">
      <PageHeader
        title={name}
        above={<Link to="/explanations/prompts">{t("prompts.title")}</Link>}
        beside={<Badge>{found ? t("prompts.versionIs", { version: found.version }) : t("prompts.isNew")}</Badge>}
        lead={
          found && (
            <>
              {t("prompts.edited")} <Time at={found.edited_at} /> {t("prompts.by", { name: found.edited_by })}
            </>
          )
        }
      />
      {prompt.isPending && <Loading />}
      {prompt.error && !found && !isNew && <ProblemView error={prompt.error} onRetry={() => void prompt.refetch()} />}
      {(found || isNew) && (
        <Parts key={name} name={name} isSaved={found !== undefined}>
          <PromptEditor name={name} stands={found ?? null} />
        </Parts>
      )}
    </div>
  );
}

interface PartsProps {
  name: string;
  isSaved: boolean;
  children: ReactNode;
}

/** The editor stays while versions are looked at: what was typed is not lost. */
function Parts({ name, isSaved, children }: PartsProps) {
  const { t } = useI18n();
  const [chosen, setTab] = useQueryValue("tab", "edit");
  const tab = isSaved && chosen === "versions" ? "versions" : "edit";
  const tabs = [
    { key: "edit", label: t("prompts.tabEdit") },
    ...(isSaved ? [{ key: "versions", label: t("prompts.tabVersions") }] : []),
  ];
  return (
    <Tabs label={t("prompts.tabs")} tabs={tabs} value={tab} onChange={setTab}>
      <div hidden={tab === "versions"}>{children}</div>
      {tab === "versions" && <PromptVersions name={name} />}
    </Tabs>
  );
}
