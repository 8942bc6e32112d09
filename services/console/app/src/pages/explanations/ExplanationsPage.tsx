import { type ReactNode, useState } from "react";
import { Can, useMay } from "../../app/me";
import { go } from "../../app/navigation";
import { useI18n } from "../../i18n/I18n";
import { LiveBadge } from "../../live/LiveBadge";
import { Button, IconButton } from "../../ui/Button";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { Loading } from "../../ui/Loading";
import { PageHeader } from "../../ui/PageHeader";
import { AreaNav } from "./AreaNav";
import { useSets } from "./queries";
import { Refused } from "./Refused";
import { Restart } from "./Restart";
import { SetsTable } from "./sets/SetsTable";
import { UploadDialog } from "./upload/UploadDialog";

export function ExplanationsPage() {
  const { t } = useI18n();
  const { sets, status } = useSets();
  const [isUploading, setIsUploading] = useState(false);
  const rows = sets.data;
  const uploadButton = (
    <Button kind="primary" icon="upload" onClick={() => setIsUploading(true)}>
      {t("explanations.add")}
    </Button>
  );
  return (
    <div className="stack">
      <PageHeader title={t("explanations.title")} lead={t("explanations.lead")} beside={<LiveBadge status={status} />}>
        <IconButton icon="refresh" label={t("ui.refresh")} isBusy={sets.isFetching} onClick={() => void sets.refetch()} />
        {rows !== undefined && rows.length > 0 && (
          <Can role="operator">
            <Restart />
            {uploadButton}
          </Can>
        )}
      </PageHeader>
      <AreaNav current="sets" />
      <Card title={t("explanations.sets")} isFlush>
        {sets.isPending && <Loading />}
        {sets.error && <Refused error={sets.error} onRetry={() => void sets.refetch()} />}
        {rows && rows.length > 0 && <SetsTable sets={rows} />}
        {rows?.length === 0 && <NoSets>{uploadButton}</NoSets>}
      </Card>
      {isUploading && (
        <UploadDialog
          onClose={() => setIsUploading(false)}
          onUploaded={(set) => go({ to: "/explanations/sets/:set", params: { set } })}
        />
      )}
    </div>
  );
}

function NoSets({ children }: { children: ReactNode }) {
  const { t } = useI18n();
  const may = useMay("operator");
  return (
    <Empty
      icon="text"
      title={t("explanations.noSetsTitle")}
      lead={may ? t("explanations.noSetsLead") : t("explanations.noSetsViewer")}
    >
      {may && children}
    </Empty>
  );
}
