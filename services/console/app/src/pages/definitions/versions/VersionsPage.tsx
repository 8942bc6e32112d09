import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { PageProps } from "../../../app/routes";
import { setQuery } from "../../../app/navigation";
import { useI18n } from "../../../i18n/I18n";
import { Card } from "../../../ui/Card";
import { Loading } from "../../../ui/Loading";
import { ProblemView } from "../../../ui/ProblemView";
import { definitionQuery, versionsQuery } from "../data/queries";
import { DefinitionHeader } from "../one/DefinitionHeader";
import { Comparison } from "./Comparison";
import { compared } from "./compared";
import { RestoreDialog } from "./RestoreDialog";
import { VersionTable } from "./VersionTable";
import "../definitions.css";

/** What a definition was, who changed it, what differs between any two versions, and the way back. */
export function VersionsPage({ params: { name }, query }: PageProps<"/definitions/:name/versions">) {
  const { t } = useI18n();
  const { data: definition } = useQuery(definitionQuery(name));
  const { data: versions, error, refetch } = useQuery(versionsQuery(name));
  const [restored, setRestored] = useState<number | null>(null);
  const pair = versions && compared(versions.map(({ version }) => version), query);
  return (
    <>
      <DefinitionHeader name={name} definition={definition} tab="versions" />
      <div className="stack">
        {error && <ProblemView error={error} onRetry={() => void refetch()} />}
        {!versions && !error && <Loading />}
        {pair && <Comparison name={name} versions={versions} pair={pair} onChange={({ from, to }) => setQuery({ from, to })} />}
        {versions && (
          <Card isFlush title={t("definitions.versions")}>
            <VersionTable versions={versions} pair={pair ?? null} onCompare={({ from, to }) => setQuery({ from, to })} onRestore={setRestored} />
          </Card>
        )}
      </div>
      {restored !== null && definition?.version && (
        <RestoreDialog key={definition.version} name={name} version={restored} standing={definition.version} onClose={() => setRestored(null)} />
      )}
    </>
  );
}
