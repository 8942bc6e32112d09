import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, body } from "../../api/client";
import { keys } from "../../api/keys";
import type { BreakerOut } from "../../api/schema";
import { Can } from "../../app/me";
import { useI18n } from "../../i18n/I18n";
import { Answer } from "../../ui/Answer";
import { StateBadge } from "../../ui/Badge";
import { Button } from "../../ui/Button";
import { Card } from "../../ui/Card";
import { ConfirmDialog } from "../../ui/Dialog";
import { Empty } from "../../ui/Empty";
import { type Column, Table } from "../../ui/Table";
import { useToast } from "../../ui/Toast";
import { Count, Time } from "../../ui/Values";
import { LimitsCard } from "./LimitsCard";
import { breakersQuery } from "./queries";
import { ReadersCard } from "./ReadersCard";
import "./operations.css";

/** Servers that are left alone because they failed, and the limits of everything that is called. */
export function BreakersTab() {
  const { t } = useI18n();
  const query = useQuery(breakersQuery);
  return (
    <>
      <Card title={t("operations.breakersOnly")} isFlush>
        <Answer query={query}>
          {({ data }) =>
            data.length === 0 ? (
              <Empty icon="check" headingLevel={3} title={t("operations.noBreakers")} lead={t("operations.noBreakersLead")} />
            ) : (
              <BreakersTable breakers={data} />
            )
          }
        </Answer>
      </Card>
      <LimitsCard />
      <ReadersCard />
    </>
  );
}

function BreakersTable({ breakers }: { breakers: readonly BreakerOut[] }) {
  const { t } = useI18n();
  const columns: Column<BreakerOut>[] = [
    {
      key: "name", label: t("operations.server"), isHeader: true,
      cell: (one) => (
        <>
          <span className="name">{one.name}</span>
          {one.reason && <div className="soft breaker__reason">{one.reason}</div>}
        </>
      ),
    },
    { key: "state", label: t("operations.state"), cell: ({ state }) => <StateBadge state={state} title={stateTitle(t, state)} /> },
    { key: "failures", label: t("operations.failuresInARow"), isNumber: true, isSecondary: true, cell: ({ failures }) => <Count value={failures} /> },
    { key: "since", label: t("operations.failingSince"), isNumber: true, isSecondary: true, cell: (one) => <Time at={one.failing_since} /> },
    { key: "retry", label: t("operations.triedAgain"), isNumber: true, cell: (one) => <Time at={one.retry_at} /> },
    { key: "close", label: t("operations.close"), isLabelHidden: true, isNumber: true, isAction: true, cell: (one) => <CloseBreaker breaker={one} /> },
  ];
  return <Table label={t("operations.breakersOnly")} columns={columns} rows={breakers} rowKey={({ name }) => name} />;
}

function stateTitle(t: ReturnType<typeof useI18n>["t"], state: string): string {
  if (state === "open") return t("operations.breakerOpen");
  return state === "half_open" ? t("operations.breakerHalfOpen") : t("operations.breakerClosed");
}

function CloseBreaker({ breaker: { name, state } }: { breaker: BreakerOut }) {
  const { t } = useI18n();
  const [isAsking, setIsAsking] = useState(false);
  if (state === "closed") return null;
  return (
    <Can role="operator">
      <Button size="small" onClick={() => setIsAsking(true)}>
        {t("operations.close")}
      </Button>
      {isAsking && <Asking name={name} onClose={() => setIsAsking(false)} />}
    </Can>
  );
}

function Asking({ name, onClose }: { name: string; onClose: () => void }) {
  const { t } = useI18n();
  const toast = useToast();
  const client = useQueryClient();
  const close = useMutation({
    mutationFn: () => body(api.POST("/circuit-breakers/close", { body: { name } })),
    onSuccess: () => {
      toast.say(t("operations.breakerIsClosed", { name }));
      void client.invalidateQueries({ queryKey: keys.operation("breakers") });
      onClose();
    },
    onError: toast.problem,
  });
  return (
    <ConfirmDialog
      title={t("operations.closeAsk", { name })}
      confirm={t("operations.close")}
      isBusy={close.isPending}
      onConfirm={() => close.mutate()}
      onClose={onClose}
    >
      <p>{t("operations.closeWords")}</p>
    </ConfirmDialog>
  );
}
