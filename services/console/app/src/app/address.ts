import { type Pattern, patterns, type Query, type QueryValues, type To } from "./routes";

export interface Address {
  path: string;
  query: Query;
}

export interface Match {
  pattern: Pattern;
  params: Readonly<Record<string, string>>;
}

const parts = (path: string) => path.split("/").filter((part) => part !== "");

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return part;
    throw error;
  }
}

/** Reads `#/instances/7?tab=gantt`. An empty hash is the first page. */
export function addressOf(hash: string): Address {
  const [path = "", search = ""] = hash.replace(/^#/, "").split(/\?(.*)/s);
  return { path: `/${parts(path).join("/")}`, query: Object.fromEntries(new URLSearchParams(search)) };
}

/** The page of a path, or null. A literal part wins over a param, as the patterns differ in no other way. */
export function match(path: string): Match | null {
  const found = patterns.flatMap((pattern) => {
    const params = paramsOf(pattern, path);
    return params ? [{ pattern, params }] : [];
  });
  const fewestParams = found.sort((one, other) => Object.keys(one.params).length - Object.keys(other.params).length);
  return fewestParams[0] ?? null;
}

function paramsOf(pattern: Pattern, path: string): Record<string, string> | null {
  const [wanted, given] = [parts(pattern), parts(path)];
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const here = given[at] ?? "";
    if (part.startsWith(":")) params[part.slice(1)] = decoded(here);
    else if (part !== here) return null;
  }
  return params;
}

/** The hash of a page, for `href`. What is null, undefined or empty in the query is left out. */
export function href({ to, params, query }: To): string {
  const values: Readonly<Record<string, string | number>> = params ?? {};
  const path = to.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(values[name] ?? "")));
  return `#${path}${searchOf(query ?? {})}`;
}

export function searchOf(query: QueryValues): string {
  const kept = Object.entries(query).flatMap(([name, value]) =>
    value === null || value === undefined || value === "" ? [] : [[name, String(value)]],
  );
  return kept.length === 0 ? "" : `?${new URLSearchParams(kept)}`;
}
