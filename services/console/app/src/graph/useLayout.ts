import { useEffect, useRef, useState } from "react";
import { type DagEdge, type DagNode, type Position, type Positions, type Shape, signature } from "./types";

interface Answer {
  asked: number;
  places: [string, Position][];
}

interface Laid {
  shape: string;
  positions: Positions;
}

/** The places of the steps; while a changed graph is laid out, those that it had. Null: none are known yet. */
export function useLayout(nodes: readonly DagNode[], edges: readonly DagEdge[]): { positions: Positions | null; isBusy: boolean } {
  const shape: Shape = { keys: nodes.map(({ key }) => key), edges };
  const wanted = signature(shape);
  const [laid, setLaid] = useState<Laid | null>(null);
  const worker = useRef<Worker | null>(null);
  const asked = useRef(0);
  const latest = useRef(shape);
  latest.current = shape;

  useEffect(() => {
    const made = new Worker(new URL("./layoutWorker.ts", import.meta.url), { type: "module" });
    worker.current = made;
    return () => made.terminate();
  }, []);

  useEffect(() => {
    const question = ++asked.current;
    const answered = (event: MessageEvent<Answer>) => {
      if (event.data.asked === question) setLaid({ shape: wanted, positions: new Map(event.data.places) });
    };
    const asking = worker.current;
    asking?.addEventListener("message", answered);
    asking?.postMessage({ asked: question, shape: latest.current });
    return () => asking?.removeEventListener("message", answered);
  }, [wanted]);

  return { positions: laid?.positions ?? null, isBusy: laid?.shape !== wanted };
}
