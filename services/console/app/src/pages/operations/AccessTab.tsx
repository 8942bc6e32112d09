import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, done } from "../../api/client";
import { keys } from "../../api/keys";
import type { TokenOut } from "../../api/schema";
import { useI18n } from "../../i18n/I18n";
import { Answer } from "../../ui/Answer";
import { Badge } from "../../ui/Badge";
import { Button } from "../../ui/Button";
import { Card } from "../../ui/Card";
import { useNow } from "../../ui/clock";
import { ConfirmDialog } from "../../ui/Dialog";
import { type Column, Table } from "../../ui/Table";
import { useToast } from "../../ui/Toast";
import { Time } from "../../ui/Values";
import { LinkCard } from "./LinkCard";
import { MakeToken } from "./MakeToken";
import { tokensQuery } from "./queries";
import "./operations.css";

/** Tokens: who may do what, until when. */
export function AccessTab() {
  const { t } = useI18n();
  const query = useQuery(tokensQuery);
  return (
    <>
      <Card title={t("operations.tokens")} aside={<MakeToken />} isFlush>
        <Answer query={query}>{({ data }) => <TokensTable tokens={data} />}</Answer>
      </Card>
      <LinkCard />
    </>
  );
}

function TokensTable({ tokens }: { tokens: readonly TokenOut[] }) {
  const { t } = useI18n();
  const columns: Column<TokenOut>[] = [
    { key: "name", label: t("operations.tokenName"), isHeader: true, cell: ({ name }) => name },
    { key: "role", label: t("operations.role"), cell: ({ role }) => t(`words.${role}`) },
    { key: "state", label: t("operations.state"), cell: (token) => <TokenState token={token} /> },
    { key: "created", label: t("operations.made"), isNumber: true, isSecondary: true, cell: (token) => <Time at={token.created_at} /> },
    { key: "expires", label: t("operations.expires"), isNumber: true, cell: (token) => (token.expires_at ? <Time at={token.expires_at} /> : t("operations.never")) },
    { key: "revoke", label: t("operations.revoke"), isLabelHidden: true, isNumber: true, isAction: true, cell: (token) => <Revoke token={token} /> },
  ];
  return <Table label={t("operations.tokens")} columns={columns} rows={tokens} rowKey={({ id }) => id} />;
}

function TokenState({ token: { revoked_at, expires_at } }: { token: TokenOut }) {
  const { t } = useI18n();
  const now = useNow();
  if (revoked_at) return <Badge tone="quiet" icon="stop">{t("operations.revoked")}</Badge>;
  if (expires_at && Date.parse(expires_at) <= now.getTime()) return <Badge tone="quiet" icon="clock">{t("operations.expired")}</Badge>;
  return <Badge tone="ok" icon="check">{t("operations.valid")}</Badge>;
}

function Revoke({ token }: { token: TokenOut }) {
  const { t } = useI18n();
  const [isAsking, setIsAsking] = useState(false);
  if (token.revoked_at) return null;
  return (
    <>
      <Button size="small" kind="danger" aria-label={t("operations.revokeOf", { name: token.name })} onClick={() => setIsAsking(true)}>
        {t("operations.revoke")}
      </Button>
      {isAsking && <Asking token={token} onClose={() => setIsAsking(false)} />}
    </>
  );
}

function Asking({ token: { id, name }, onClose }: { token: TokenOut; onClose: () => void }) {
  const { t } = useI18n();
  const toast = useToast();
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => done(api.DELETE("/tokens/{token_id}", { params: { path: { token_id: id } } })),
    onSuccess: () => {
      toast.say(t("operations.isRevoked", { name }));
      void client.invalidateQueries({ queryKey: keys.operation("tokens") });
      onClose();
    },
    onError: toast.problem,
  });
  return (
    <ConfirmDialog
      title={t("operations.revokeAsk", { name })}
      confirm={t("operations.revoke")}
      kind="danger"
      isBusy={revoke.isPending}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    >
      <p>{t("operations.revokeWords")}</p>
    </ConfirmDialog>
  );
}
