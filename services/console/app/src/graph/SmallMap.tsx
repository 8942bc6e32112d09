import { Panel, useReactFlow, useStore } from "@xyflow/react";
import { type PointerEvent, useEffect, useMemo, useRef } from "react";
import { useI18n } from "../i18n/I18n";
import type { Tone } from "../ui/states";
import { toneOf } from "./picture/scene";
import { type DagNode, NODE, type Positions } from "./types";
import { boundsOf, ZOOM } from "./view";

interface SmallMapProps {
  nodes: readonly DagNode[];
  positions: Positions;
}

const SIZE = { width: 170, height: 110 } as const;
const PADDING = 1.1;
const WHEEL = 0.002;

/** The whole graph in a corner, with what of it is seen. To draw in it moves the graph, its wheel zooms. */
export function SmallMap({ nodes, positions }: SmallMapProps) {
  const { t } = useI18n();
  const { getViewport, setViewport, zoomTo } = useReactFlow();
  const map = useRef<SVGSVGElement>(null);
  const tones = useMemo(() => pathsOf(nodes, positions), [nodes, positions]);
  const whole = useMemo(() => boundsOf(positions), [positions]);
  const [x = 0, y = 0, zoom = 1] = useStore((state) => state.transform);
  const [width, height] = [useStore((state) => state.width / zoom), useStore((state) => state.height / zoom)];
  const seen = { x: -x / zoom, y: -y / zoom, width, height };
  const scale = PADDING * Math.max(whole.width / SIZE.width, whole.height / SIZE.height);
  const left = whole.x - (scale * SIZE.width - whole.width) / 2;
  const top = whole.y - (scale * SIZE.height - whole.height) / 2;

  useEffect(() => {
    const element = map.current;
    const turn = (event: WheelEvent) => {
      event.preventDefault();
      void zoomTo(Math.min(Math.max(getViewport().zoom * 2 ** (-event.deltaY * WHEEL), ZOOM.least), ZOOM.most));
    };
    // React's own listener could not keep the page from being scrolled.
    element?.addEventListener("wheel", turn, { passive: false });
    return () => element?.removeEventListener("wheel", turn);
  }, [getViewport, zoomTo]);
  const onPointerMove = (event: PointerEvent) => {
    if (event.buttons === 0) return;
    const now = getViewport();
    void setViewport({ ...now, x: now.x - event.movementX * scale * now.zoom, y: now.y - event.movementY * scale * now.zoom });
  };
  return (
    <Panel position="bottom-right" className="dag__map">
      <svg
        ref={map}
        role="img"
        aria-label={t("graph.minimap")}
        viewBox={`${left} ${top} ${scale * SIZE.width} ${scale * SIZE.height}`}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={onPointerMove}
      >
        {tones.map(([tone, path]) => (
          <path key={tone} className={`dag__map-steps tone--${tone}`} d={path} />
        ))}
        <rect className="dag__map-seen" {...seen} />
      </svg>
    </Panel>
  );
}

/** The boxes of each tone as one path. */
function pathsOf(nodes: readonly DagNode[], positions: Positions): [Tone, string][] {
  const paths = new Map<Tone, string>();
  for (const node of nodes) {
    const place = positions.get(node.key);
    const tone = toneOf(node);
    if (place) paths.set(tone, `${paths.get(tone) ?? ""}M${place.x},${place.y}h${NODE.width}v${NODE.height}h${-NODE.width}z`);
  }
  return [...paths];
}
