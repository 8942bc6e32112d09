import type { VersionSummary } from "../../../api/schema";
import { useMay } from "../../../app/me";
import { useI18n } from "../../../i18n/I18n";
import { Badge } from "../../../ui/Badge";
import { Button } from "../../../ui/Button";
import { type Column, Table } from "../../../ui/Table";
import { Time } from "../../../ui/Values";
import type { Pair } from "./compared";

interface VersionTableProps {
  versions: readonly VersionSummary[];
  pair: Pair | null;
  onCompare: (pair: Pair) => void;
  onRestore: (version: number) => void;
}

/** The versions, newest first. */
export function VersionTable({ versions, pair, onCompare, onRestore }: VersionTableProps) {
  const { t } = useI18n();
  const mayRestore = useMay("editor");
  const standing = versions[0]?.version ?? 0;
  const columns: readonly Column<VersionSummary>[] = [
    { key: "version", label: t("definitions.versionHead"), isHeader: true, cell: ({ version }) => <Name version={version} isStanding={version === standing} /> },
    { key: "who", label: t("definitions.who"), cell: ({ edited_by }) => edited_by },
    { key: "client", label: t("definitions.client"), isSecondary: true, cell: ({ client }) => client },
    { key: "when", label: t("definitions.when"), isNumber: true, cell: ({ edited_at }) => <Time at={edited_at} /> },
    {
      key: "actions",
      label: t("definitions.actions"),
      isLabelHidden: true,
      isAction: true,
      cell: ({ version }) =>
        version !== standing && (
          <span className="definition-actions">
            <Button size="small" kind="quiet" onClick={() => onCompare({ from: version, to: standing })}>
              {t("definitions.compare")}
              <span className="hidden"> {t("definitions.version", { version: String(version) })}</span>
            </Button>
            {mayRestore && (
              <Button size="small" onClick={() => onRestore(version)}>
                {t("definitions.restore")}
                <span className="hidden"> {t("definitions.version", { version: String(version) })}</span>
              </Button>
            )}
          </span>
        ),
    },
  ];
  const isCompared = ({ version }: VersionSummary) => version === pair?.from || version === pair?.to;
  return <Table label={t("definitions.versions")} columns={columns} rows={versions} rowKey={({ version }) => version} isSelected={isCompared} />;
}

function Name({ version, isStanding }: { version: number; isStanding: boolean }) {
  const { t } = useI18n();
  return (
    <span className="row">
      <span className="number">{version}</span>
      {isStanding && (
        <Badge tone="ok" icon="check">
          {t("definitions.stands")}
        </Badge>
      )}
    </span>
  );
}
