import { type ComponentProps, lazy, Suspense } from "react";
import { Loading } from "../ui/Loading";
import type { DagView as Eager, DagViewProps } from "./DagView";

const Lazy = lazy(async (): Promise<{ default: typeof Eager }> => ({ default: (await import("./DagView")).DagView }));

/** The graph of steps; what draws it is loaded when it is first needed. */
export function DagView(props: ComponentProps<typeof Eager>) {
  return (
    <Suspense fallback={<Loading />}>
      <Lazy {...props} />
    </Suspense>
  );
}

export type { DagViewProps };
export { neighbours } from "./layers";
export { Outline } from "./Outline";
export type { DagEdge, DagNode } from "./types";
export type { Editing } from "./useEditing";
