import { useUpdateNodeInternals } from "@xyflow/react";
import { type RefObject, useEffect } from "react";

/** Where an edge can be drawn from is measured again when it comes back with the details of the steps. */
export function useMeasuredHandles(graph: RefObject<HTMLElement | null>, areShown: boolean): void {
  const measure = useUpdateNodeInternals();
  useEffect(() => {
    const steps = areShown ? graph.current?.querySelectorAll<HTMLElement>(".react-flow__node") : undefined;
    if (steps) measure([...steps].flatMap(({ dataset }) => dataset["id"] ?? []));
  }, [graph, areShown, measure]);
}
