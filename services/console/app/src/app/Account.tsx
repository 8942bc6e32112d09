import { useMutation } from "@tanstack/react-query";
import { api, done } from "../api/client";
import { useI18n } from "../i18n/I18n";
import { IconButton } from "../ui/Button";
import { useToast } from "../ui/Toast";
import { useMe } from "./me";

export function Account() {
  const { t } = useI18n();
  const me = useMe();
  const toast = useToast();
  const leaving = useMutation({
    mutationFn: () => done(api.POST("/logout")),
    // Everything that was read goes with the page; the next one asks who is there.
    onSuccess: () => window.location.reload(),
    onError: toast.problem,
  });
  const role = t(`words.${me.role}`);
  return (
    <div className="account">
      <span className="account__who" title={t("app.signedInAs", { name: me.name, role })}>
        <span className="account__name">{me.name}</span>
        <span className="account__role">{role}</span>
      </span>
      <IconButton icon="leave" label={t("app.signOut")} onClick={() => leaving.mutate()} isBusy={leaving.isPending} />
    </div>
  );
}
