import { type DragEvent, useId, useState } from "react";
import { useI18n } from "../../../i18n/I18n";
import { Icon } from "../../../ui/Icon";
import { names } from "../../../ui/names";
import { type Given, givenFile } from "./given";
import "../explanations.css";

interface DropZoneProps {
  given: Given | null;
  onGiven: (given: Given | null) => void;
}

const ACCEPTED = ".csv,.json,.txt,text/csv,application/json";

/** Where a file is dropped; the field in it does the same for a keyboard, and the whole zone for a pointer. */
export function DropZone({ given, onGiven }: DropZoneProps) {
  const { t, format } = useI18n();
  const id = useId();
  const [isOver, setIsOver] = useState(false);
  const [isWrong, setIsWrong] = useState(false);
  const take = (file: File | undefined) => {
    if (file === undefined) return;
    const taken = givenFile(file);
    setIsWrong(taken === null);
    onGiven(taken);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    take(event.dataTransfer.files[0]);
  };
  const over = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(true);
  };
  return (
    <div className="field">
      <div
        className={names("drop", isOver && "drop--over")}
        onDragOver={over}
        onDragLeave={() => setIsOver(false)}
        onDrop={drop}
      >
        <Icon name="upload" size={22} />
        <p>{t("explanations.drop")}</p>
        <input
          id={id}
          className="hidden drop__input"
          type="file"
          accept={ACCEPTED}
          aria-describedby={isWrong ? `${id}-problem` : undefined}
          onChange={(event) => {
            take(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
        <label className="button button--plain" htmlFor={id}>
          {t("explanations.pick")}
        </label>
        {given && (
          <p>
            <strong>{given.name}</strong> <span className="faint">{format.bytes(given.content.size)}</span>
          </p>
        )}
      </div>
      <div aria-live="polite">
        {isWrong && (
          <p className="field__problem" id={`${id}-problem`}>
            <Icon name="alert" size={14} />
            {t("explanations.fileWrong")}
          </p>
        )}
      </div>
    </div>
  );
}
