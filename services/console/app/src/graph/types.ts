/** A step as a graph shows it: of a definition, or of an instance with its state. */
export interface DagNode {
  key: string;
  runner: string;
  /** A state of the API, or a fate of a plan; left out in a definition. */
  state?: string | undefined;
  /** A few words below the name: `500 / 1,319`, `waits for 2 steps`. */
  note?: string | undefined;
  /** Beside the name: `×8` for shards, `if` for a condition. */
  marks?: readonly string[] | undefined;
  /** Between 0 and 1. */
  progress?: number | null | undefined;
  /** How many things are wrong with it. */
  problems?: number | undefined;
}

export interface DagEdge {
  from: string;
  to: string;
}

export interface Position {
  x: number;
  y: number;
}

export type Positions = ReadonlyMap<string, Position>;

export interface Shape {
  keys: readonly string[];
  edges: readonly DagEdge[];
}

/** More steps than this are one picture; elements are only those that can be read or touched. */
export const LARGE = 200;

export const NODE = { width: 200, height: 56 } as const;
export const GAP = { x: 56, y: 20 } as const;

/** The shape as text: two graphs with the same one have the same layout. */
export const signature = ({ keys, edges }: Shape): string =>
  `${keys.join(" ")}|${edges.map(({ from, to }) => `${from}>${to}`).join(" ")}`;
