import type { Fill } from "../i18n/fill";
import { slotsOf } from "../i18n/fill";
import type { Area } from "../i18n/types";
import { type Shown, type Showing, shownValues } from "./values";

/** What the server says, as a code and what the code names. */
export interface Said {
  code: string;
  values: Readonly<Record<string, unknown>>;
}

export type SaidArea =
  | "standing" | "happenings" | "planned" | "edits" | "costs" | "remarks" | "takes" | "lengths" | "etas" | "fires" | "refusals"
  | "lineReasons" | "problems";

export interface Saying extends Showing {
  find: (area: Area, name: string) => string | undefined;
  fill: Fill;
}

/** Values for which a sentence of their own follows, in this order. */
const FOLLOWING = [
  "reason", "actor", "items_done", "limit", "limits", "last_error", "stop_asked_seconds", "next_steps", "gained", "lost", "error",
  "unseen", "after", "earlier", "nearest", "known", "line",
];

/** Says it in this language; null: there are no words for the code, or a value that they ask for is not there. */
export function sentence(saying: Saying, area: SaidArea, said: Said): string | null {
  const main = template(saying, area, said);
  if (main === undefined) return null;
  const shown = shownValues(saying, said);
  const named = { reason: saying.fact("no_reason") ?? "", ...shown };
  if (!slotsOf(main).every((slot) => Object.hasOwn(named, slot))) return null;
  return [saying.fill(main, named), ...following(saying, said.code, main, shown)].join(" ");
}

/** A change between nothing and something has words of its own. */
function template({ find }: Saying, area: SaidArea, { code, values }: Said): string | undefined {
  const isSet = values["before"] === undefined ? find(area, `${code}_set`) : undefined;
  const isUnset = values["after"] === undefined ? find(area, `${code}_unset`) : undefined;
  return isSet ?? isUnset ?? find(area, code);
}

function following({ find, fill }: Saying, code: string, main: string, shown: Shown): readonly string[] {
  const isNamed = new Set(slotsOf(main));
  return FOLLOWING.filter((name) => Object.hasOwn(shown, name) && !isNamed.has(name))
    .map((name) => find("facts", `${code}_${name}`) ?? find("facts", `also_${name}`))
    .filter((text) => text !== undefined)
    .map((text) => fill(text, shown));
}
