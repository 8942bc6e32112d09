import { useReactFlow, useStoreApi } from "@xyflow/react";
import { type PointerEvent, useEffect, useMemo, useState } from "react";
import { useIsReadable } from "./detail";
import { nearer } from "./nearer";
import { stepAt } from "./picture/hit";
import type { StepFlowNode } from "./StepNode";
import { NODE, type Positions } from "./types";

/** From here on the steps of a large graph are elements, which say more than their name. */
const DETAILED = 0.5;
/** A movement that pauses for so long has ended. */
const REST_MS = 120;
const none: ReadonlySet<string> = new Set();

/**
 * Which steps are elements. Of a large graph those in the window, once it rests and they are large enough, and the one
 * under the pointer; the others are part of the picture below, and nothing has to be made while the graph moves.
 */
export function useElements(steps: StepFlowNode[], positions: Positions, isLarge: boolean) {
  const isReadable = useIsReadable();
  const { touched, onPointerMove } = useTouched(positions, isLarge);
  const near = useGrowing(useResting(positions, isLarge));
  const elements = useMemo(() => {
    const isElement = ({ id, selected, data }: StepFlowNode) => selected || data.isCursor || id === touched || near.has(id);
    return isLarge ? steps.filter(isElement) : steps;
  }, [steps, near, touched, isLarge]);
  return { elements, isReadable, onPointerMove };
}

/** What is seen of a large graph since it last stood still. */
function useResting(positions: Positions, isLarge: boolean): ReadonlySet<string> {
  const store = useStoreApi();
  const [wanted, setWanted] = useState(none);
  useEffect(() => {
    if (!isLarge) return;
    const look = () => setWanted(wantedIn(store.getState(), positions));
    let timer = window.setTimeout(look, REST_MS);
    const leave = store.subscribe((now, before) => {
      if (now.transform === before.transform && now.width === before.width && now.height === before.height) return;
      window.clearTimeout(timer);
      timer = window.setTimeout(look, REST_MS);
    });
    return () => (leave(), window.clearTimeout(timer));
  }, [store, positions, isLarge]);
  return wanted;
}

/** The step under the pointer, unless it draws something. */
function useTouched(positions: Positions, isLarge: boolean) {
  const { screenToFlowPosition } = useReactFlow();
  const [touched, setTouched] = useState<string | null>(null);
  const onPointerMove = (event: PointerEvent) => {
    if (isLarge && event.buttons === 0) setTouched(stepAt(positions, screenToFlowPosition({ x: event.clientX, y: event.clientY })));
  };
  return { touched, onPointerMove };
}

interface Seen {
  transform: readonly [number, number, number];
  width: number;
  height: number;
}

function wantedIn({ transform: [x, y, zoom], width, height }: Seen, positions: Positions): ReadonlySet<string> {
  if (zoom < DETAILED) return none;
  const [left, top, right, bottom] = [-x / zoom, -y / zoom, (width - x) / zoom, (height - y) / zoom];
  const inside = [...positions].filter(
    ([, place]) => place.x + NODE.width > left && place.y + NODE.height > top && place.x < right && place.y < bottom,
  );
  return new Set(inside.map(([key]) => key));
}

/** A set that becomes the wanted one frame by frame, so that no frame has much to do. */
function useGrowing(wanted: ReadonlySet<string>): ReadonlySet<string> {
  const [now, setNow] = useState(wanted);
  useEffect(() => {
    if (now === wanted) return;
    const frame = window.requestAnimationFrame(() => setNow(nearer(now, wanted)));
    return () => window.cancelAnimationFrame(frame);
  }, [now, wanted]);
  return now;
}
