import { type FitViewOptions, Panel, useReactFlow } from "@xyflow/react";
import { useI18n } from "../i18n/I18n";
import { IconButton } from "../ui/Button";

interface CanvasToolsProps {
  fit: FitViewOptions;
  isMoved: boolean;
  onLayOut: () => void;
}

export function CanvasTools({ fit, isMoved, onLayOut }: CanvasToolsProps) {
  const { t } = useI18n();
  const { fitView, zoomIn, zoomOut } = useReactFlow();
  return (
    <Panel position="top-right" className="dag__tools">
      {isMoved && <IconButton icon="graph" label={t("graph.layOut")} onClick={onLayOut} />}
      <IconButton icon="plus" label={t("graph.zoomIn")} onClick={() => void zoomIn()} />
      <IconButton icon="minus" label={t("graph.zoomOut")} onClick={() => void zoomOut()} />
      <IconButton icon="fit" label={t("graph.fit")} onClick={() => void fitView({ ...fit, duration: 200 })} />
    </Panel>
  );
}
