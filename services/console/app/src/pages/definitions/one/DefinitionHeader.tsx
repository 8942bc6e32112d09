import type { ReactNode } from "react";
import { Can, useMay } from "../../../app/me";
import type { DefinitionOut } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { Badge, StateBadge } from "../../../ui/Badge";
import { Link } from "../../../ui/Link";
import { LinkTabs } from "../../../ui/LinkTabs";
import { PageHeader } from "../../../ui/PageHeader";

type Tab = "overview" | "versions";

interface DefinitionHeaderProps {
  name: string;
  definition: DefinitionOut | undefined;
  tab: Tab;
  /** Beside the title: how fresh the page is. */
  live?: ReactNode;
}

/** Which definition this is, what may be done with it, and its pages. */
export function DefinitionHeader({ name, definition, tab, live }: DefinitionHeaderProps) {
  const { t } = useI18n();
  return (
    <>
      <PageHeader
        title={name}
        lead={definition?.description}
        above={<Link to="/definitions">{t("definitions.title")}</Link>}
        beside={
          definition && (
            <>
              <Badge>{t("definitions.version", { version: String(definition.version) })}</Badge>
              {!definition.enabled && <StateBadge state="disabled" title={t("definitions.disabledTitle")} />}
              {live}
            </>
          )
        }
      >
        {definition && (
          <Can role="operator">
            <Link to="/definitions/:name/rehearse" params={{ name }} look="button">
              {t("definitions.rehearse")}
            </Link>
            <Link to="/definitions/:name/run" params={{ name }} look="primary">
              {t("definitions.run")}
            </Link>
          </Can>
        )}
      </PageHeader>
      <DefinitionTabs name={name} tab={tab} />
    </>
  );
}

function DefinitionTabs({ name, tab }: { name: string; tab: Tab }) {
  const { t } = useI18n();
  const mayEdit = useMay("editor");
  return (
    <div className="definition-tabs">
      <LinkTabs
        label={t("definitions.pagesOf", { name })}
        tabs={[
          { label: t("definitions.overview"), to: { to: "/definitions/:name", params: { name } }, isCurrent: tab === "overview" },
          {
            label: t(mayEdit ? "definitions.edit" : "definitions.steps"),
            to: { to: "/definitions/:name/edit", params: { name } },
            isCurrent: false,
          },
          { label: t("definitions.versions"), to: { to: "/definitions/:name/versions", params: { name } }, isCurrent: tab === "versions" },
        ]}
      />
    </div>
  );
}
