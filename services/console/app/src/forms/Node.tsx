import type { ReactNode } from "react";
import { BooleanNode } from "./BooleanNode";
import { ChoiceNode } from "./ChoiceNode";
import { useForm } from "./context";
import { JsonNode } from "./JsonNode";
import { ListNode } from "./ListNode";
import { MapNode } from "./MapNode";
import type { NodeProps } from "./node";
import { NumberNode } from "./NumberNode";
import { ObjectNode } from "./ObjectNode";
import { kindOf, plain, type Kind } from "./schema";
import { TextNode } from "./TextNode";
import { UnionNode } from "./UnionNode";
import { isJsonObject, type Json } from "./values";

const nodes: { readonly [K in Kind]: (props: NodeProps) => ReactNode } = {
  text: TextNode,
  number: NumberNode,
  integer: NumberNode,
  boolean: BooleanNode,
  choice: ChoiceNode,
  list: ListNode,
  map: MapNode,
  object: ObjectNode,
  union: UnionNode,
  json: JsonNode,
};

/** The form of one value. A value that its form could not show is edited as JSON: nothing is hidden, nothing is lost. */
export function Node(props: NodeProps) {
  const { root } = useForm();
  const schema = plain(props.schema, root);
  const kind = kindOf(schema);
  const Shown = nodes[canShow(kind, props.value) ? kind : "json"];
  return <Shown {...props} schema={schema} />;
}

function canShow(kind: Kind, value: Json | undefined): boolean {
  if (value === undefined || value === null || kind === "union" || kind === "json") return true;
  if (kind === "list") return Array.isArray(value);
  if (kind === "map" || kind === "object") return isJsonObject(value);
  if (kind === "text" || kind === "choice") return typeof value === "string";
  if (kind === "boolean") return typeof value === "boolean" || typeof value === "string";
  return typeof value === "number" || typeof value === "string";
}
