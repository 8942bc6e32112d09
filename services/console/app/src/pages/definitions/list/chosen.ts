import type { DefinitionSummary } from "../../../api/schema";
import type { Sort } from "../../../ui/Table";

export const shows = ["all", "running", "failing", "scheduled", "disabled"] as const;
export type Show = (typeof shows)[number];

export interface Wanted {
  text: string;
  show: Show;
  sort: Sort;
}

const fits: { readonly [S in Show]: (row: DefinitionSummary) => boolean } = {
  all: () => true,
  running: (row) => row.running > 0,
  failing: (row) => row.problem !== null || lastEnded(row)?.status === "failed",
  scheduled: (row) => row.next_fire_at !== null,
  disabled: (row) => !row.enabled,
};

export const lastRun = (row: DefinitionSummary) => row.last_runs.at(-1);

const lastEnded = (row: DefinitionSummary) => row.last_runs.findLast(({ status }) => status !== "pending" && status !== "running");

/** The rows that have each word in their name or description, in the order that is asked for. */
export function chosen(rows: readonly DefinitionSummary[], { text, show, sort }: Wanted): readonly DefinitionSummary[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const named = ({ name, description }: DefinitionSummary) => {
    const said = `${name} ${description}`.toLowerCase();
    return words.every((word) => said.includes(word));
  };
  return rows.filter((row) => fits[show](row) && named(row)).sort(by(sort));
}

type Comparable = string | number | null;

const values: Readonly<Record<string, (row: DefinitionSummary) => Comparable>> = {
  name: ({ name }) => name,
  last: (row) => lastRun(row)?.created_at ?? null,
  running: ({ running }) => running,
  next: (row) => row.next_fire_at,
  cost: ({ spent_30d_usd }) => Number(spent_30d_usd),
};

/** By a column, then by name. What has no value comes last, whichever way the rest goes. */
function by({ key, isDescending }: Sort) {
  const value = values[key] ?? (({ name }: DefinitionSummary) => name);
  return (one: DefinitionSummary, other: DefinitionSummary): number => {
    const [first, second] = [value(one), value(other)];
    if (first === second) return one.name < other.name ? -1 : 1;
    if (first === null) return 1;
    if (second === null) return -1;
    return first < second === isDescending ? 1 : -1;
  };
}
