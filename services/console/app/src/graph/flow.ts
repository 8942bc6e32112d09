import { Position } from "@xyflow/react";
import type { StepFlowNode } from "./StepNode";
import { type DagNode, NODE, type Positions } from "./types";

const handles = [
  { type: "target" as const, position: Position.Left, x: 0, y: NODE.height / 2, width: 1, height: 1 },
  { type: "source" as const, position: Position.Right, x: NODE.width, y: NODE.height / 2, width: 1, height: 1 },
];

/** Said beforehand: what is not in the window is not drawn, so nobody could measure it, and the whole could not be fitted. */
const measured = { ...NODE };

export interface Marked {
  cursor: string | null;
  selected: string | null;
  isEdited: boolean;
}

const isSame = (one: DagNode, other: DagNode): boolean =>
  one.key === other.key &&
  one.runner === other.runner &&
  one.state === other.state &&
  one.note === other.note &&
  one.progress === other.progress &&
  one.problems === other.problems &&
  (one.marks ?? []).join() === (other.marks ?? []).join();

/** The steps as React Flow takes them. What is as it was before stays the same object, so that it is not drawn again. */
export function flowNodes(
  steps: readonly DagNode[],
  positions: Positions,
  { cursor, selected, isEdited }: Marked,
  before: ReadonlyMap<string, StepFlowNode>,
): StepFlowNode[] {
  return steps.flatMap((step) => {
    const position = positions.get(step.key);
    if (position === undefined) return [];
    const [isCursor, isSelected] = [step.key === cursor, step.key === selected];
    const known = before.get(step.key);
    const stays =
      known !== undefined &&
      isSame(known.data.step, step) &&
      known.data.isCursor === isCursor &&
      known.data.isEdited === isEdited &&
      known.selected === isSelected &&
      known.position.x === position.x &&
      known.position.y === position.y;
    if (stays) return [known];
    return [
      { id: step.key, type: "step", position, data: { step, isCursor, isEdited }, selected: isSelected, handles, ...NODE, measured },
    ];
  });
}
