import { useQuery } from "@tanstack/react-query";
import { useI18n } from "../../../i18n/I18n";
import { Card } from "../../../ui/Card";
import { Empty } from "../../../ui/Empty";
import { Link } from "../../../ui/Link";
import { Loading } from "../../../ui/Loading";
import { ProblemView } from "../../../ui/ProblemView";
import { InstanceTable } from "../../instances/list/InstanceTable";
import { lastInstancesQuery } from "../data/queries";
import "../../instances/list/list.css";

/** What it has done last. */
export function LastInstances({ name }: { name: string }) {
  const { t } = useI18n();
  const { data, error, refetch } = useQuery(lastInstancesQuery(name));
  const all = (
    <Link to="/instances" query={{ definition: name }}>
      {t("definitions.allInstances")}
    </Link>
  );
  return (
    <Card isFlush title={t("definitions.lastInstances")} aside={data && data.length > 0 && all}>
      {error && <ProblemView error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && (data.length === 0 ? <Empty icon="play" headingLevel={3} title={t("definitions.noInstances")} lead={t("definitions.noInstancesLead")} /> : <InstanceTable rows={data} />)}
    </Card>
  );
}
