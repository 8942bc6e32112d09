import { useMutation } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import { useMe } from "../../app/me";
import { useI18n } from "../../i18n/I18n";
import { Button } from "../../ui/Button";
import { Card } from "../../ui/Card";
import { CodeText } from "../../ui/CodeText";
import { ProblemView } from "../../ui/ProblemView";
import { Time } from "../../ui/Values";

/** A link that signs another browser in, once, as whoever makes it. */
export function LinkCard() {
  const { t } = useI18n();
  const { name, role } = useMe();
  const make = useMutation({ mutationFn: () => body(api.POST("/login-links")) });
  return (
    <Card title={t("operations.link")}>
      <div className="stack">
        <p className="soft">{t("operations.linkLead", { name, role: t(`words.${role}`) })}</p>
        <div className="row">
          <Button icon="plus" isBusy={make.isPending} onClick={() => make.mutate()}>
            {t("operations.makeLink")}
          </Button>
        </div>
        {make.error && <ProblemView error={make.error} />}
        <div aria-live="polite">
          {make.data && (
            <div className="stack">
              <CodeText isBlock text={`${window.location.origin}${make.data.path}`} />
              <p className="faint">
                {t("operations.linkEnds")} <Time at={make.data.expires_at} />
              </p>
            </div>
          )}
        </div>
      </div>
    </Card>
  );
}
