import { useStore } from "@xyflow/react";
import { createContext, useContext, useDeferredValue } from "react";

const READABLE = 0.35;

const Detail = createContext(true);
export const DetailProvider = Detail.Provider;

/** Whether a step says more than its colour. */
export const useDetail = (): boolean => useContext(Detail);

/** Whether names are large enough to be read. What is left out is left out at once; what comes back may take its time. */
export function useIsReadable(): boolean {
  const isReadable = useStore((state) => state.transform[2] >= READABLE);
  const wasReadable = useDeferredValue(isReadable);
  return isReadable && wasReadable;
}
