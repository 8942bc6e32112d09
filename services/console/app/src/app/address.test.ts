import { expect, test } from "vitest";
import { addressOf, href, match } from "./address";
import { patterns } from "./routes";

test("a hash is a path and a query", () => {
  expect(addressOf("#/instances/7?tab=gantt&at=a%3Fb")).toEqual({
    path: "/instances/7",
    query: { tab: "gantt", at: "a?b" },
  });
  expect(addressOf("")).toEqual({ path: "/", query: {} });
  expect(addressOf("#/definitions/")).toEqual({ path: "/definitions", query: {} });
});

test("a link leads to the page that it was made for, whatever is in its params", () => {
  const hash = href({ to: "/instances/:id/steps/:step", params: { id: 7, step: "a/b?c%" }, query: { tab: "", q: "1" } });
  const { path, query } = addressOf(hash);
  expect(match(path)).toEqual({ pattern: "/instances/:id/steps/:step", params: { id: "7", step: "a/b?c%" } });
  expect(query).toEqual({ q: "1" });
});

test.each([...patterns].sort())("%s is found by its own address", (pattern) => {
  expect(match(pattern.replace(/:\w+/g, "x1"))?.pattern).toBe(pattern);
});

test("what is no page is none, and a broken escape does no harm", () => {
  expect(match("/nowhere")).toBeNull();
  expect(match("/definitions/%E0%A4%A")?.params).toEqual({ name: "%E0%A4%A" });
});
