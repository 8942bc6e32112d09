import { expect, test } from "vitest";

const sheets = import.meta.glob<string>("../**/*.css", { query: "?raw", import: "default", eager: true });

/** The classes that a style sheet styles by themselves. */
const classesOf = (sheet: string): Set<string> =>
  new Set([...sheet.matchAll(/^\s*\.([\w-]+)\s*[{,]/gm)].flatMap(([, name]) => (name === undefined ? [] : [name])));

test("no class is styled in two places: their order would be that in which pages are opened", () => {
  const places = new Map<string, string[]>();
  for (const [path, sheet] of Object.entries(sheets)) {
    for (const name of classesOf(sheet)) places.set(name, [...(places.get(name) ?? []), path]);
  }
  expect(places.size).toBeGreaterThan(100);
  expect([...places].filter(([, paths]) => paths.length > 1)).toEqual([]);
});
