import { useEffect, useMemo, useRef, useState } from "react";
import { layOutLarge } from "./layers";
import { type DagEdge, type DagNode, LARGE, type Position, type Positions, type Shape, signature } from "./types";

interface Answer {
  asked: number;
  places: [string, Position][];
}

/** The places of the steps; while a changed graph is laid out, those that it had. Null: none are known yet. */
export function useLayout(nodes: readonly DagNode[], edges: readonly DagEdge[]): Positions | null {
  const shape = useShape(nodes, edges);
  const isLarge = shape.keys.length > LARGE;
  // What is quick needs no worker: to start one takes longer.
  const quick = useMemo(() => (isLarge ? layOutLarge(shape) : null), [shape, isLarge]);
  const slow = useWorker(isLarge ? null : shape);
  return quick ?? slow;
}

/** The same object as long as steps and edges are the same. */
function useShape(nodes: readonly DagNode[], edges: readonly DagEdge[]): Shape {
  const shape = useMemo(() => ({ keys: nodes.map(({ key }) => key), edges }), [nodes, edges]);
  const written = useMemo(() => signature(shape), [shape]);
  const [kept, setKept] = useState({ shape, written });
  if (kept.written === written) return kept.shape;
  setKept({ shape, written });
  return shape;
}

/** Lays out beside the page, so that the page never stands still. */
function useWorker(shape: Shape | null): Positions | null {
  const [positions, setPositions] = useState<Positions | null>(null);
  const worker = useRef<Worker | null>(null);
  const asked = useRef(0);
  useEffect(() => () => worker.current?.terminate(), []);
  useEffect(() => {
    if (shape === null) return;
    const question = ++asked.current;
    const answered = ({ data }: MessageEvent<Answer>) => {
      if (data.asked === question) setPositions(new Map(data.places));
    };
    const asking = (worker.current ??= new Worker(new URL("./layoutWorker.ts", import.meta.url), { type: "module" }));
    asking.addEventListener("message", answered);
    asking.postMessage({ asked: question, shape });
    return () => asking.removeEventListener("message", answered);
  }, [shape]);
  return positions;
}
