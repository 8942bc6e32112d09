import { useQuery } from "@tanstack/react-query";
import type { RehearsalOut } from "../../../api/schema";
import { Can } from "../../../app/me";
import type { PageProps } from "../../../app/routes";
import { useI18n } from "../../../i18n/I18n";
import { LiveBadge } from "../../../live/LiveBadge";
import { Badge, StateBadge } from "../../../ui/Badge";
import { Link } from "../../../ui/Link";
import { Loading } from "../../../ui/Loading";
import { Notice } from "../../../ui/Notice";
import { PageHeader } from "../../../ui/PageHeader";
import { ProblemView } from "../../../ui/ProblemView";
import { lookOf } from "../../../ui/states";
import { definitionQuery } from "../../instances/data/queries";
import { ReportView } from "./ReportView";
import { useRehearsal } from "./useRehearsal";

/** A rehearsal: what it went through, what it says of the real run, and what can be done next. */
export function RehearsalPage({ params: { id } }: PageProps<"/rehearsals/:id">) {
  const { t } = useI18n();
  const { report, status } = useRehearsal(Number(id));
  const { data, error } = report;
  if (!data) {
    return (
      <>
        <PageHeader title={t("runs.rehearsalTitle", { id })} />
        {error ? <ProblemView error={error} onRetry={() => void report.refetch()} /> : <Loading />}
      </>
    );
  }
  return (
    <>
      <PageHeader
        title={t("runs.rehearsalOf", { name: data.definition, id })}
        above={<Link to="/instances">{t("instances.title")}</Link>}
        beside={
          <>
            <span role="status">
              <StateBadge state={data.status} />
            </span>
            <Badge {...lookOf("rehearsal")}>{t("words.rehearsal")}</Badge>
            {!data.is_done && <LiveBadge status={status} />}
          </>
        }
        lead={<Lead report={data} />}
      >
        <Actions report={data} />
      </PageHeader>
      <div className="stack">
        {!data.is_draft && <NewerVersion report={data} />}
        {error && <ProblemView error={error} onRetry={() => void report.refetch()} />}
        <ReportView report={data} />
      </div>
    </>
  );
}

function Lead({ report }: { report: RehearsalOut }) {
  const { t } = useI18n();
  const { definition, sample, step, using } = report;
  const version = String(report.version);
  const scope = step === null || using === null ? t("runs.ofWhole") : t("runs.ofStep", { step, using: String(using) });
  return (
    <>
      <Link to="/definitions/:name" params={{ name: definition }}>
        {definition}
      </Link>{" "}
      {report.is_draft ? t("runs.draftOf", { version }) : t("definitions.version", { version })} · {scope} ·{" "}
      {sample === null ? t("runs.allItems") : t("runs.sampled", { count: sample })} · {t("runs.nothingPaid")}
    </>
  );
}

function Actions({ report }: { report: RehearsalOut }) {
  const { t } = useI18n();
  const { instance_id: id, definition: name, step, using, is_done, is_draft } = report;
  return (
    <>
      <Link to="/instances/:id" params={{ id }} look="button">
        {t("runs.openInstance")}
      </Link>
      {is_draft && (
        <Can role="editor">
          <Link to="/definitions/:name/edit" params={{ name }} look="primary">
            {t("runs.backToEditor")}
          </Link>
        </Can>
      )}
      {is_done && !is_draft && (
        <Can role="operator">
          <Link to="/definitions/:name/rehearse" params={{ name }} query={{ like: id, step, using }} look="button">
            {t("runs.rehearseAgain")}
          </Link>
          {step === null && (
            <Link to="/definitions/:name/run" params={{ name }} query={{ like: id }} look="primary">
              {t("runs.forReal")}
            </Link>
          )}
        </Can>
      )}
    </>
  );
}

function NewerVersion({ report }: { report: RehearsalOut }) {
  const { t } = useI18n();
  const { data } = useQuery(definitionQuery(report.definition));
  if (!data?.version || data.version <= report.version) return null;
  return (
    <Notice tone="warn" icon="warn" title={t("runs.newer", { version: String(report.version), standing: String(data.version) })}>
      <p>{t("runs.newerLead")}</p>
    </Notice>
  );
}
