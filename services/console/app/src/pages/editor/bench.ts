import { createContext, useContext } from "react";
import type { RunnerOut } from "../../api/schema";
import type { Draft } from "./model/draft";
import type { Placed } from "./model/places";

/** What the parts of the editor share: the draft, what is wrong with it, and how it is changed. */
export interface Bench {
  draft: Draft;
  placed: Placed;
  runners: readonly RunnerOut[];
  isReadOnly: boolean;
  isNew: boolean;
  edit: (change: (draft: Draft) => Draft, place: string) => void;
  selected: string | null;
  select: (key: string | null) => void;
}

export const BenchContext = createContext<Bench | null>(null);

export function useBench(): Bench {
  const bench = useContext(BenchContext);
  if (bench === null) throw new Error("useBench is used outside the editor");
  return bench;
}
