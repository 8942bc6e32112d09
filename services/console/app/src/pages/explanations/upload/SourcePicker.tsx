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
  /** Told at each key: until a text is given, what was given before is not what is seen. */
  onTyping: () => void;
}

/** A file that is dropped or chosen, or a text that is pasted. */
export function SourcePicker({ given, onGiven, onTyping }: SourcePickerProps) {
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
      {from === "file" ? <DropZone given={given} onGiven={onGiven} /> : <PasteField onGiven={onGiven} onTyping={onTyping} />}
    </Tabs>
  );
}

function PasteField({ onGiven, onTyping }: Pick<SourcePickerProps, "onGiven" | "onTyping">) {
  const { t } = useI18n();
  const [text, setText] = useState("");
  useSettled(text, (settled) => onGiven(givenText(settled)));
  return (
    <TextArea
      label={t("explanations.paste")}
      hint={t("explanations.pasteHint")}
      rows={8}
      value={text}
      onChange={(typed) => {
        setText(typed);
        onTyping();
      }}
      spellCheck={false}
    />
  );
}
