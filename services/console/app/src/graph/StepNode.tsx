import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { memo } from "react";
import { useStateWords } from "../ui/Badge";
import { Icon } from "../ui/Icon";
import { names } from "../ui/names";
import { lookOf } from "../ui/states";
import { useDetail } from "./detail";
import { toneOf } from "./picture/scene";
import type { DagNode } from "./types";

export type StepFlowNode = Node<{ step: DagNode; isCursor: boolean; isEdited: boolean }, "step">;

/** A step: its state by colour, shape and word, its name, its runner, and how far it is; from afar its colour alone. */
export const StepNode = memo(function StepNode({ data, selected }: NodeProps<StepFlowNode>) {
  const { step, isCursor, isEdited } = data;
  const isDetailed = useDetail();
  return (
    <div
      className={names(
        "step-node",
        `tone--${toneOf(step)}`,
        !isDetailed && "step-node--far",
        selected && "step-node--selected",
        isCursor && "step-node--cursor",
      )}
      data-step={step.key}
      data-state={step.state}
    >
      {isDetailed && isEdited && <Handle type="target" position={Position.Left} />}
      {isDetailed && <Details step={step} />}
      {isDetailed && isEdited && <Handle type="source" position={Position.Right} />}
    </div>
  );
});

function Details({ step }: { step: DagNode }) {
  const words = useStateWords();
  return (
    <>
      <span className="step-node__icon" title={step.state && words(step.state)}>
        <Icon name={step.problems ? "alert" : step.state ? lookOf(step.state).icon : "dot"} />
      </span>
      <span className="step-node__words">
        <span className="step-node__key">{step.key}</span>
        <span className="step-node__note">{step.note ?? step.runner}</span>
      </span>
      <Marks step={step} />
      {step.progress !== null && step.progress !== undefined && (
        <span className="step-node__progress" style={{ transform: `scaleX(${step.progress})` }} />
      )}
    </>
  );
}

function Marks({ step }: { step: DagNode }) {
  if (!step.problems && !step.marks?.length) return null;
  return (
    <span className="step-node__marks">
      {step.problems ? <span className="step-node__problems">{step.problems}</span> : null}
      {step.marks?.map((mark) => <span key={mark}>{mark}</span>)}
    </span>
  );
}
