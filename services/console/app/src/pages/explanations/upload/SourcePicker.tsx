import { useState } from "react";
import { useI18n } from "../../../i18n/I18n";
import { TextArea } from "../../../ui/Field";
import { Tabs } from "../../../ui/Tabs";
import { DropZone } from "./DropZone";
import { type Given, givenText } from "./given";
import { useSettled } from "../useSettled";

interface SourcePickerProps {
  given: Given | null;
  onGiven: (given: Given | null) => void;
}

/** A file that is dropped or chosen, or a text that is pasted. */
export function SourcePicker({ given, onGiven }: SourcePickerProps) {
  const { t } = useI18n();
  const [from, setFrom] = useState<"file" | "text">("file");
  const tabs = [
    { key: "file" as const, label: t("explanations.fromFile") },
    { key: "text" as const, label: t("explanations.fromText") },
  ];
  const choose = (chosen: "file" | "text") => {
    setFrom(chosen);
    onGiven(null);
  };
  return (
    <Tabs label={t("explanations.from")} tabs={tabs} value={from} onChange={choose}>
      {from === "file" ? <DropZone given={given} onGiven={onGiven} /> : <PasteField onGiven={onGiven} />}
    </Tabs>
  );
}

function PasteField({ onGiven }: { onGiven: (given: Given | null) => void }) {
  const { t } = useI18n();
  const [text, setText] = useState("");
  useSettled(text, (settled) => onGiven(givenText(settled)));
  return (
    <TextArea
      label={t("explanations.paste")}
      hint={t("explanations.pasteHint")}
      rows={8}
      value={text}
      onChange={setText}
      spellCheck={false}
    />
  );
}
