import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, body } from "../../../api/client";
import { keys } from "../../../api/keys";
import { go } from "../../../app/navigation";
import { useI18n } from "../../../i18n/I18n";
import { useSaidProblems } from "../../../said";
import { Button } from "../../../ui/Button";
import { Card } from "../../../ui/Card";
import { TextField } from "../../../ui/Field";
import { Link } from "../../../ui/Link";
import { Notice } from "../../../ui/Notice";
import { ProblemView } from "../../../ui/ProblemView";
import { useToast } from "../../../ui/Toast";
import { useKeyOf } from "./freshKey";
import { ParamsCard } from "./ParamsCard";
import { saidOf, saidOfParams } from "./said";
import type { Start } from "./useStart";

/** Params and a budget, then the start: once, however often it is pressed. */
export function RunForm({ start, like }: { start: Start; like: string | undefined }) {
  const sayProblems = useSaidProblems();
  const { t, format } = useI18n();
  const { say } = useToast();
  const client = useQueryClient();
  const { definition } = start;
  const [params, setParams] = useState(start.params);
  const [budget, setBudget] = useState("");
  const [isUnread, setIsUnread] = useState(false);
  const wanted = { params, ...(budget.trim() !== "" && { budget_usd: budget.trim() }) };
  const key = useKeyOf(JSON.stringify(wanted));
  const running = useMutation({
    mutationFn: () =>
      body(
        api.POST("/definitions/{name}/run", {
          params: { path: { name: definition.name }, header: { "idempotency-key": key } },
          body: wanted,
        }),
      ),
    onSuccess: ({ instance_id }) => {
      say(t("runs.started", { id: String(instance_id) }));
      void client.invalidateQueries({ queryKey: keys.definitions });
      go({ to: "/instances/:id", params: { id: instance_id } });
    },
  });
  const problems = saidOfParams(running.error, sayProblems);
  const budgetProblem = saidOf(running.error, "budget_usd");
  const allowed = definition.budget_usd;
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        running.mutate();
      }}
    >
      {like && <Notice title={t("runs.like", { id: like })} />}
      {running.error && <ProblemView error={running.error} />}
      <ParamsCard definition={definition} value={params} onChange={setParams} problems={problems} onUnread={setIsUnread} />
      <Card title={t("runs.budget")}>
        <TextField
          label={t("runs.budgetLabel")}
          hint={allowed === null ? t("runs.budgetFree") : t("runs.budgetAllowed", { money: format.money(allowed) })}
          problem={budgetProblem}
          inputMode="decimal"
          autoComplete="off"
          placeholder={allowed === null ? "" : String(Number(allowed))}
          value={budget}
          onChange={setBudget}
        />
      </Card>
      <div className="run-actions">
        <Button type="submit" kind="primary" icon="play" disabled={isUnread} isBusy={running.isPending || running.isSuccess}>
          {t("runs.runButton")}
        </Button>
        <Link to="/definitions/:name/rehearse" params={{ name: definition.name }} query={{ like }} look="button">
          {t("runs.rehearseFirst")}
        </Link>
      </div>
    </form>
  );
}
