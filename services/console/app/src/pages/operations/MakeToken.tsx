import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, body } from "../../api/client";
import { keys } from "../../api/keys";
import type { Role, SecretOut } from "../../api/schema";
import { useI18n } from "../../i18n/I18n";
import { Button } from "../../ui/Button";
import { CodeText } from "../../ui/CodeText";
import { Dialog } from "../../ui/Dialog";
import { SelectField, TextField } from "../../ui/Field";
import { Notice } from "../../ui/Notice";
import { ProblemView } from "../../ui/ProblemView";

const roles: readonly Role[] = ["viewer", "operator", "editor", "admin"];

export function MakeToken() {
  const { t } = useI18n();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button size="small" icon="plus" onClick={() => setIsOpen(true)}>
        {t("operations.makeToken")}
      </Button>
      {isOpen && <MakeTokenDialog onClose={() => setIsOpen(false)} />}
    </>
  );
}

function MakeTokenDialog({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  const [made, setMade] = useState<SecretOut | null>(null);
  return (
    <Dialog title={t(made ? "operations.tokenMade" : "operations.makeToken")} onClose={onClose}>
      {made ? <Secret made={made} onClose={onClose} /> : <TokenForm onMade={setMade} />}
    </Dialog>
  );
}

function Secret({ made, onClose }: { made: SecretOut; onClose: () => void }) {
  const { t } = useI18n();
  return (
    <>
      <Notice tone="warn" icon="lock" title={t("operations.secretOnce")}>
        <p>{t("operations.secretOnceLead")}</p>
      </Notice>
      <CodeText isBlock text={made.secret} />
      <div className="row">
        <Button kind="primary" onClick={onClose}>
          {t("operations.secretKept")}
        </Button>
      </div>
    </>
  );
}

function TokenForm({ onMade }: { onMade: (made: SecretOut) => void }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [days, setDays] = useState("90");
  const make = useMutation({
    mutationFn: () => body(api.POST("/tokens", { body: { name: name.trim(), role, days: days === "" ? null : Number(days) } })),
    onSuccess: (made) => {
      void client.invalidateQueries({ queryKey: keys.operation("tokens") });
      onMade(made);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <form className="stack" onSubmit={submit}>
      <TextField label={t("operations.tokenName")} hint={t("operations.tokenNameHint")} value={name} onChange={setName} isRequired maxLength={100} />
      <SelectField
        label={t("operations.role")}
        hint={t(`operations.may_${role}`)}
        value={role}
        onChange={setRole}
        options={roles.map((one) => ({ value: one, label: t(`words.${one}`) }))}
      />
      <TextField label={t("operations.tokenDays")} hint={t("operations.tokenDaysHint")} value={days} onChange={setDays} type="number" min="1" max="3650" step="1" />
      {make.error && <ProblemView error={make.error} />}
      <div className="row">
        <Button type="submit" kind="primary" isBusy={make.isPending}>
          {t("operations.makeToken")}
        </Button>
      </div>
    </form>
  );
}
