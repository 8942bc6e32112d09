import { useEffect, useState } from "react";
import { Loading } from "../ui/Loading";
import type { DagView as Eager, DagViewProps } from "./DagView";

type Loaded = { state: "loading" } | { state: "loaded"; View: typeof Eager } | { state: "failed"; error: unknown };

/**
 * The graph of steps; what draws it is loaded when it is first needed. Not by `Suspense`: React holds back for 0.3 s what
 * comes so soon after a page that was loaded.
 */
export function DagView(props: DagViewProps) {
  const [loaded, setLoaded] = useState<Loaded>({ state: "loading" });
  useEffect(() => {
    import("./DagView").then(
      ({ DagView: View }) => setLoaded({ state: "loaded", View }),
      (error: unknown) => setLoaded({ state: "failed", error }),
    );
  }, []);
  if (loaded.state === "failed") throw loaded.error;
  return loaded.state === "loaded" ? <loaded.View {...props} /> : <Loading />;
}

export type { DagViewProps };
export { neighbours } from "./layers";
export { Outline } from "./Outline";
export type { DagEdge, DagNode } from "./types";
export type { Editing } from "./useEditing";
