import { useState } from "react";
import { useI18n } from "../../../i18n/I18n";
import { Button } from "../../../ui/Button";
import { Dialog } from "../../../ui/Dialog";
import { CheckField, TextField } from "../../../ui/Field";
import { useToast } from "../../../ui/Toast";
import { CheckReport } from "./CheckReport";
import type { Given } from "./given";
import { isFormula, problemsByLine } from "./lines";
import { useCheck, useUpload } from "./sending";
import { SourcePicker } from "./SourcePicker";
import { Problem } from "../../../api/problem";
import { ProblemView } from "../../../ui/ProblemView";

interface UploadDialogProps {
  /** Which set the questions go to; left out: it is asked for. */
  set?: string;
  onUploaded: (set: string) => void;
  onClose: () => void;
}

const SET_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

/** Takes questions in, shows at once what is wrong with them, and saves them only when somebody says so. */
export function UploadDialog({ set: fixed, onUploaded, onClose }: UploadDialogProps) {
  const { t } = useI18n();
  const { say } = useToast();
  const [typed, setTyped] = useState("");
  const [given, setGiven] = useState<Given | null>(null);
  const [isTyping, setIsTyping] = useState(false);
  const [keepsFormulas, setKeepsFormulas] = useState(false);
  const set = fixed ?? typed.trim();
  const isSetRight = SET_ID.test(set);
  const wanted = given && isSetRight ? { set, given, keepsFormulas } : null;
  const check = useCheck(wanted);
  const upload = useUpload();
  const good = check.data?.good ?? 0;
  const problems = check.data?.problems ?? (check.error instanceof Problem ? problemsByLine(check.error) : []);
  const take = (taken: Given | null) => {
    setGiven(taken);
    setIsTyping(false);
  };
  const send = () =>
    wanted &&
    upload.mutate(wanted, {
      onSuccess: ({ saved, is_replay: isReplay }) => {
        say(isReplay ? t("explanations.replayed") : t("explanations.uploaded", { count: saved, set }));
        onUploaded(set);
      },
    });
  return (
    <Dialog
      title={fixed === undefined ? t("explanations.add") : t("explanations.addTo", { set: fixed })}
      size="wide"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("ui.cancel")}</Button>
          <Button kind="primary" icon="upload" disabled={good === 0 || isTyping} isBusy={upload.isPending} onClick={send}>
            {good > 0 ? t("explanations.upload", { count: good }) : t("explanations.uploadNone")}
          </Button>
        </>
      }
    >
      <div className="stack">
        {fixed === undefined && (
          <TextField
            label={t("explanations.setId")}
            hint={t("explanations.setIdHint")}
            problem={isSetRight || (set === "" && !given) ? undefined : t(set === "" ? "explanations.setIdFirst" : "explanations.setIdWrong")}
            isRequired
            value={typed}
            onChange={setTyped}
            placeholder="2026-spring"
            autoComplete="off"
            spellCheck={false}
          />
        )}
        <SourcePicker given={given} onGiven={take} onTyping={() => setIsTyping(true)} />
        {wanted && <CheckReport given={wanted.given} check={check} problems={problems} />}
        {(keepsFormulas || problems.some(isFormula)) && (
          <CheckField
            label={t("explanations.keepFormulas")}
            hint={t("explanations.keepFormulasHint")}
            isChecked={keepsFormulas}
            onChange={setKeepsFormulas}
          />
        )}
        {upload.error && <ProblemView error={upload.error} />}
      </div>
    </Dialog>
  );
}
