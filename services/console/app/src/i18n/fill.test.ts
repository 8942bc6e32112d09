import { expect, test } from "vitest";
import { en } from "./en";
import { makeFill, slotsOf as slots } from "./fill";
import { ko } from "./ko";

const fill = makeFill("en");

test("a value goes into its slot, and a number is written as the language does", () => {
  expect(fill("{count} {count:step|steps} of {name}", { count: 1, name: "load" })).toBe("1 step of load");
  expect(fill("{count} {count:step|steps}", { count: 1319 })).toBe("1,319 steps");
});

test("a slot without a value stays to be seen", () => {
  expect(fill("{what} is gone")).toBe("{what} is gone");
});

const areas = Object.keys(en).sort() as (keyof typeof en)[];

test.each(areas)("the Korean of %s asks for no value that the English has not", (area) => {
  const english: Record<string, string> = en[area];
  for (const [key, text] of Object.entries<string>(ko[area])) {
    expect(text.trim(), key).not.toBe("");
    const known = new Set(slots(english[key] ?? ""));
    expect(slots(text).filter((slot) => !known.has(slot)), key).toEqual([]);
  }
});
