import { Panel, useReactFlow } from "@xyflow/react";
import { useI18n } from "../i18n/I18n";
import { IconButton } from "../ui/Button";
import type { Positions } from "./types";
import { useFitting } from "./useFitting";

interface CanvasToolsProps {
  laid: Positions;
  positions: Positions;
  isMoved: boolean;
  onLayOut: () => void;
}

/** What part of the graph is seen: by these buttons, and by itself when the graph or its place is another. */
export function CanvasTools({ laid, positions, isMoved, onLayOut }: CanvasToolsProps) {
  const { t } = useI18n();
  const { zoomIn, zoomOut } = useReactFlow();
  const fit = useFitting(laid, positions);
  return (
    <Panel position="top-right" className="dag__tools">
      {isMoved && <IconButton icon="graph" label={t("graph.layOut")} onClick={onLayOut} />}
      <IconButton icon="plus" label={t("graph.zoomIn")} onClick={() => void zoomIn()} />
      <IconButton icon="minus" label={t("graph.zoomOut")} onClick={() => void zoomOut()} />
      <IconButton icon="fit" label={t("graph.fit")} onClick={fit} />
    </Panel>
  );
}
