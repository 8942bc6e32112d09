import { type ReactNode, useState } from "react";
import { useI18n } from "../i18n/I18n";
import { Icon } from "../ui/Icon";
import { Alternatives } from "./Alternatives";
import { useForm } from "./context";
import { arranged } from "./arranged";
import { Node } from "./Node";
import { at, below, within } from "./problems";
import { alternatives, type Schema } from "./schema";
import { type Json, type JsonObject, withKey } from "./values";

interface ObjectFieldsProps {
  schema: Schema;
  path: string;
  value: JsonObject;
  onChange: (value: JsonObject) => void;
}

/** The fields of an object: those that matter first, the rest folded away. Which is where stays as it was at first. */
export function ObjectFields({ schema, path, value, onChange }: ObjectFieldsProps) {
  const { problems } = useForm();
  const [{ first, rest }] = useState(() => arranged(schema, value));
  const choice = alternatives(schema);
  const strangers = Object.keys(value).filter((name) => schema.properties?.[name] === undefined);
  const set = (name: string) => (changed: Json | undefined) => onChange(withKey(value, name, changed));
  const field = (name: string) => <PropertyNode key={name} schema={schema} name={name} path={path} value={value[name]} onChange={set(name)} />;
  return (
    <div className="form">
      <Said words={at(problems, path)} />
      {choice.length > 1 && <Alternatives names={choice} schema={schema} path={path} value={value} onChange={onChange} />}
      {first.map(field)}
      {strangers.map(field)}
      <Missing names={missing(schema, value, problems.map((one) => one.path), path)} path={path} />
      {rest.length > 0 && (
        <Folded names={rest} value={value} isWrong={rest.some((name) => within(problems, below(path, name)))}>
          {rest.map(field)}
        </Folded>
      )}
    </div>
  );
}

interface PropertyNodeProps {
  schema: Schema;
  name: string;
  path: string;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
}

export function PropertyNode({ schema, name, path, value, onChange }: PropertyNodeProps) {
  const property = schema.properties?.[name] ?? {};
  return (
    <Node
      schema={property}
      path={below(path, name)}
      label={property["x-label"] ?? name}
      value={value}
      onChange={onChange}
      isRequired={schema.required?.includes(name) ?? false}
    />
  );
}

/** Names that only problems speak of: there is no field to show them at. */
function missing(schema: Schema, value: JsonObject, paths: readonly string[], path: string): readonly string[] {
  const known = new Set([...Object.keys(schema.properties ?? {}), ...Object.keys(value)]);
  const start = path === "" ? "" : `${path}.`;
  const names = paths.filter((one) => one.startsWith(start) && one !== path).map((one) => one.slice(start.length).split(/[.[]/)[0] ?? "");
  return [...new Set(names)].filter((name) => name !== "" && !known.has(name));
}

function Missing({ names, path }: { names: readonly string[]; path: string }) {
  const { problems } = useForm();
  return names.map((name) => <Said key={name} words={`${name}: ${within(problems, below(path, name)) ?? ""}`} />);
}

function Said({ words }: { words: string | undefined }) {
  return (
    <div aria-live="polite">
      {words && (
        <p className="field__problem">
          <Icon name="alert" size={14} />
          {words}
        </p>
      )}
    </div>
  );
}

interface FoldedProps {
  names: readonly string[];
  value: JsonObject;
  isWrong: boolean;
  children: ReactNode;
}

function Folded({ names, value, isWrong, children }: FoldedProps) {
  const { t } = useI18n();
  const [isOpen, setIsOpen] = useState(false);
  const given = names.filter((name) => value[name] !== undefined).length;
  return (
    <details className="form__folded" open={isOpen || isWrong} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>
        {t("forms.more", { count: names.length })}
        {given > 0 && <span className="faint"> {t("forms.given", { count: given })}</span>}
      </summary>
      <div className="form">{children}</div>
    </details>
  );
}
