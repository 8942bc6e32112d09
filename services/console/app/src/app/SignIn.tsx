import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { keys } from "../api/keys";
import { Problem } from "../api/problem";
import type { Me } from "../api/schema";
import { useI18n } from "../i18n/I18n";
import { Button } from "../ui/Button";
import { CodeText } from "../ui/CodeText";
import { TextField } from "../ui/Field";
import { Notice } from "../ui/Notice";
import { ProblemView } from "../ui/ProblemView";
import { Brand } from "./Brand";
import { LanguageChoice, ThemeChoice } from "./Choices";
import { useAddress } from "./navigation";
import { signIn } from "./signing";
import { useTitle } from "./title";
import "./signin.css";

interface SignInProps {
  /** Whose session has ended; null: nobody was signed in. */
  last: Me | null;
}

export function SignIn({ last }: SignInProps) {
  const { t } = useI18n();
  const { query } = useAddress();
  useTitle(t("app.signInButton"));
  return (
    <div className="signin">
      <main className="signin__card">
        <Brand />
        <h1>{t("app.signInTitle")}</h1>
        <p className="signin__lead">{last ? t("app.sessionEnded") : t("app.signInLead")}</p>
        {query["link"] === "used" && (
          <Notice tone="warn" icon="alert" title={t("app.linkUsed")}>
            <p>{t("app.linkUsedLead")}</p>
          </Notice>
        )}
        <TokenForm last={last} />
        <section className="signin__how">
          <h2>{t("app.signInHow")}</h2>
          <p>{t("app.signInMake")}</p>
          <CodeText text="batchdag login-link" isBlock />
        </section>
      </main>
      <footer className="signin__choices">
        <LanguageChoice />
        <ThemeChoice />
      </footer>
    </div>
  );
}

function TokenForm({ last }: SignInProps) {
  const { t } = useI18n();
  const client = useQueryClient();
  const [token, setToken] = useState("");
  const [isEmpty, setIsEmpty] = useState(false);
  const signing = useMutation({
    mutationFn: () => signIn(token.trim()),
    onSuccess: ({ name }) => {
      // Somebody else sees nothing of what was read before.
      if (last && last.name !== name) client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.me[0] });
      return client.resetQueries({ queryKey: keys.me });
    },
  });
  const isRefused = signing.error instanceof Problem && signing.error.status === 401;
  const problem = isEmpty ? t("app.signInEmpty") : isRefused ? t("app.signInRefused") : undefined;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setIsEmpty(token.trim() === "");
    if (token.trim() !== "") signing.mutate();
  };
  return (
    <form className="signin__form" onSubmit={submit} noValidate>
      <TextField
        label={t("app.signInToken")}
        hint={t("app.signInTokenHint")}
        problem={problem}
        type="password"
        autoComplete="off"
        spellCheck={false}
        value={token}
        onChange={setToken}
        autoFocus
      />
      {signing.error && !isRefused && <ProblemView error={signing.error} />}
      <Button kind="primary" type="submit" isBusy={signing.isPending}>
        {t("app.signInButton")}
      </Button>
    </form>
  );
}
