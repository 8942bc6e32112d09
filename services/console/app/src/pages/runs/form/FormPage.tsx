import type { ReactNode } from "react";
import { useMay } from "../../../app/me";
import { useI18n } from "../../../i18n/I18n";
import { Empty } from "../../../ui/Empty";
import { Link } from "../../../ui/Link";
import { Loading } from "../../../ui/Loading";
import { PageHeader } from "../../../ui/PageHeader";
import { ProblemView } from "../../../ui/ProblemView";
import { type Start, useStart } from "./useStart";
import "../runs.css";

interface FormPageProps {
  name: string;
  title: string;
  lead: string;
  /** An instance whose params are taken over. */
  like: string | undefined;
  children: (start: Start) => ReactNode;
}

/** A page with a form that starts a definition, for those who may. */
export function FormPage({ name, title, lead, like, children }: FormPageProps) {
  const { t } = useI18n();
  const mayStart = useMay("operator");
  const { start, error, retry } = useStart(name, like);
  return (
    <>
      <PageHeader
        title={title}
        lead={lead}
        above={
          <>
            <Link to="/definitions">{t("definitions.title")}</Link>
            {" / "}
            <Link to="/definitions/:name" params={{ name }}>
              {name}
            </Link>
          </>
        }
      />
      {!mayStart ? (
        <Empty icon="lock" title={t("runs.mayNot")} lead={t("runs.mayNotLead")} />
      ) : (
        <div className="stack run-form">
          {error && <ProblemView error={error} onRetry={retry} />}
          {start ? children(start) : !error && <Loading />}
        </div>
      )}
    </>
  );
}
