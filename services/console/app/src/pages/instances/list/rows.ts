import type { InstanceOut, PageInstanceOut } from "../../../api/schema";
import type { InstanceSeen } from "../../../live/events";
import { withSeen } from "../data/patches";

export interface Loaded {
  pages: PageInstanceOut[];
  pageParams: unknown[];
}

export const rowsOf = (loaded: Loaded | undefined): readonly InstanceOut[] => loaded?.pages.flatMap(({ data }) => data) ?? [];

export function withEvents(loaded: Loaded, events: readonly InstanceSeen[]): Loaded {
  const byId = new Map(events.map((seen) => [seen.id, seen]));
  const pages = loaded.pages.map((page) => {
    if (!page.data.some((row) => byId.has(row.id))) return page;
    const data = page.data.map((row) => {
      const seen = byId.get(row.id);
      return seen ? withSeen(row, seen) : row;
    });
    return { ...page, data };
  });
  return { ...loaded, pages };
}

/** Whether events tell of more than they can be patched in for: a new instance, another status. */
export function asksForMore(rows: readonly InstanceOut[], events: readonly InstanceSeen[], status: string): boolean {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const newest = rows[0]?.id ?? 0;
  return events.some((seen) => {
    const row = byId.get(seen.id);
    if (row) return row.status !== seen.status;
    return seen.id > newest && (status === "" || status === seen.status);
  });
}

/** Puts the newest page over those that were loaded before; what it no longer has, does not fit any more. */
export function renewed(loaded: Loaded, fresh: PageInstanceOut): Loaded {
  const [first, ...others] = loaded.pages;
  if (first === undefined || fresh.next === null) return { pages: [fresh], pageParams: [null] };
  const oldest = fresh.data.at(-1)?.id ?? 0;
  const kept = first.data.filter(({ id }) => id < oldest);
  if (kept.length === 0 && others.length === 0) return { pages: [fresh], pageParams: [null] };
  const page = { data: [...fresh.data, ...kept], next: kept.length > 0 ? first.next : fresh.next };
  const rest = others.map((other) => ({ ...other, data: other.data.filter(({ id }) => id < oldest) }));
  return { pages: [page, ...rest], pageParams: loaded.pageParams };
}
