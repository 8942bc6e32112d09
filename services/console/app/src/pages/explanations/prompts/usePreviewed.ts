import { useMemo, useState } from "react";
import type { Word } from "../../../editor";
import { useSettled } from "../useSettled";
import type { Draft } from "./draft";
import { usePreview, usePrompts } from "./queries";

/** Rows of the table of questions, as against those of a definition. */
export const QUESTIONS = "";
export const rowCounts = ["1", "3", "10"] as const;
export type RowCount = (typeof rowCounts)[number];

export type Previewed = ReturnType<typeof usePreviewed>;

/** The preview of a draft: on whose rows, how many, and what they say. It follows the draft a moment later. */
export function usePreviewed(name: string, draft: Draft) {
  const prompts = usePrompts();
  const usedBy = prompts.data?.find(({ key }) => key === name)?.used_by ?? [];
  const [chosen, setSource] = useState<string | null>(null);
  const source = chosen ?? usedBy[0] ?? QUESTIONS;
  const [rows, setRows] = useState<RowCount>("3");
  const [settled, setSettled] = useState(draft);
  useSettled(draft, setSettled);
  const query = usePreview({
    body: settled.body,
    system: settled.system,
    definition: source === QUESTIONS ? null : source,
    items: Number(rows),
  });
  const item: unknown = query.data?.rows[0]?.item;
  const words = useMemo(() => wordsOf(item), [item]);
  return { query, usedBy, source, setSource, rows, setRows, words };
}

function wordsOf(item: unknown): Word[] {
  if (typeof item !== "object" || item === null) return [];
  return Object.entries(item).map(([field, value]) => ({ label: `item.${field}`, detail: shortly(value) }));
}

const shortly = (value: unknown): string => (JSON.stringify(value) ?? "").slice(0, 40);
