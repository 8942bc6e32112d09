import { expect, test } from "vitest";
import type { DefinitionSummary } from "../../../api/schema";
import { chosen, type Wanted } from "./chosen";

const row = (name: string, more: Partial<DefinitionSummary> = {}): DefinitionSummary => ({
  name, description: "", version: 1, enabled: true, cron: null, timezone: "UTC", edited_by: "ann", client: "cli",
  edited_at: "2026-01-01T00:00:00Z", next_fire_at: null, problem: null, steps: 1, last_runs: [], running: 0,
  spent_30d_usd: "0", simulated_30d_usd: "0", budget_usd: null, ...more,
});

const run = (id: number, status: string) => ({ id, status, duration: 1, created_at: `2026-01-0${id}T00:00:00Z` });

const wanted: Wanted = { text: "", show: "all", sort: { key: "name", isDescending: false } };
const names = (rows: readonly DefinitionSummary[], more: Partial<Wanted>) => chosen(rows, { ...wanted, ...more }).map(({ name }) => name);

test("every word has to be in the name or the description, in any case", () => {
  const rows = [row("questions", { description: "Loads the Bank" }), row("words"), row("bank_words")];
  expect(names(rows, { text: "bank" })).toEqual(["bank_words", "questions"]);
  expect(names(rows, { text: "BANK words" })).toEqual(["bank_words"]);
});

test("failing is what failed last, even while the next run goes on, and what cannot fire", () => {
  const rows = [
    row("mended", { last_runs: [run(1, "failed"), run(2, "succeeded")] }),
    row("broken", { last_runs: [run(1, "succeeded"), run(2, "failed"), run(3, "running")] }),
    row("unschedulable", { problem: "no such zone" }),
  ];
  expect(names(rows, { show: "failing" })).toEqual(["broken", "unschedulable"]);
});

test("money is ordered as a number, and equals go by name", () => {
  const rows = [row("b", { spent_30d_usd: "9.5" }), row("c", { spent_30d_usd: "10.2" }), row("a", { spent_30d_usd: "9.5" })];
  expect(names(rows, { sort: { key: "cost", isDescending: true } })).toEqual(["c", "a", "b"]);
});

test("what never fires comes last, both ways", () => {
  const rows = [row("never"), row("later", { next_fire_at: "2026-02-02T00:00:00Z" }), row("soon", { next_fire_at: "2026-02-01T00:00:00Z" })];
  expect(names(rows, { sort: { key: "next", isDescending: false } })).toEqual(["soon", "later", "never"]);
  expect(names(rows, { sort: { key: "next", isDescending: true } })).toEqual(["later", "soon", "never"]);
});
