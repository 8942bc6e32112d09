import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { PlanOut } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { Button } from "../../../ui/Button";
import { Notice } from "../../../ui/Notice";
import { PlanTally, PlanView } from "./PlanView";
import { continuedKey } from "./useRetry";

/** After a retry: what was reused and what runs again, until it is put away. */
export function Continued({ id }: { id: number }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const { data: plan } = useQuery<PlanOut | null>({
    queryKey: continuedKey(id),
    queryFn: () => client.getQueryData<PlanOut>(continuedKey(id)) ?? null,
    enabled: false,
    gcTime: Number.POSITIVE_INFINITY,
  });
  if (!plan) return null;
  return (
    <Notice tone="ok" icon="refresh" title={t("retry.continued", { version: String(plan.version) })}>
      <PlanTally plan={plan} />
      <details className="more">
        <summary>{t("retry.each")}</summary>
        <PlanView plan={plan} />
      </details>
      <span className="row">
        <Button size="small" kind="quiet" onClick={() => client.setQueryData(continuedKey(id), null)}>
          {t("ui.dismiss")}
        </Button>
      </span>
    </Notice>
  );
}
