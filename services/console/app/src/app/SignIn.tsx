import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { keys } from "../api/keys";
import { Problem } from "../api/problem";
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

export function SignIn({ hasEnded }: { hasEnded: boolean }) {
  const { t } = useI18n();
  const { query } = useAddress();
  useTitle(t("app.signInButton"));
  return (
    <div className="signin">
      <main className="signin__card">
        <Brand />
        <h1>{t("app.signInTitle")}</h1>
        <p className="signin__lead">{hasEnded ? t("app.sessionEnded") : t("app.signInLead")}</p>
        {query["link"] === "used" && (
          <Notice tone="warn" icon="alert" title={t("app.linkUsed")}>
            <p>{t("app.linkUsedLead")}</p>
          </Notice>
        )}
        <TokenForm />
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

function TokenForm() {
  const { t } = useI18n();
  const client = useQueryClient();
  const [token, setToken] = useState("");
  const [isEmpty, setIsEmpty] = useState(false);
  const signing = useMutation({
    mutationFn: () => signIn(token.trim()),
    onSuccess: () => client.resetQueries({ queryKey: keys.me }),
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
