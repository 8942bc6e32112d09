const paths = {
  alert: "M8 2.2 14.4 13.4H1.6zM8 6.3v3.2M8 11.3v.3",
  back: "M9.5 3.5 5 8l4.5 4.5",
  bell: "M4 11V7a4 4 0 0 1 8 0v4l1 1.2H3zM6.8 14h2.4",
  breaker: "M8 1.8v5M4.6 4.2a5 5 0 1 0 6.8 0",
  calendar: "M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 2v3M10.5 2v3",
  check: "M3 8.5 6.5 12 13 4.5",
  clock: "M8 2a6 6 0 1 0 .001 0zM8 4.8V8l2.3 1.5",
  close: "M4 4l8 8M12 4l-8 8",
  contrast: "M8 2a6 6 0 1 0 .001 0zM8 2v12M8 5l4.8-1M8 8.5l6-1M8 12l4.5-1",
  copy: "M5.5 5.5h8v8h-8zM3 10.5h-.5v-8h8V3",
  cross: "M4.5 4.5l7 7M11.5 4.5l-7 7",
  dash: "M4 8h8",
  dot: "M8 7.4a.6.6 0 1 0 .001 0z",
  down: "M3.5 6 8 10.5 12.5 6",
  download: "M8 2.5v8M4.7 7.5 8 10.8l3.3-3.3M3 13.5h10",
  edit: "M10.8 2.7 13.3 5.2 5.5 13H3v-2.5z",
  external: "M9 3h4v4M13 3 7.5 8.5M11.5 9.5v3.5H3V4.5h3.5",
  filter: "M2.5 3.5h11L9.5 8.5v4l-3 1.3V8.5z",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  forward: "M6.5 3.5 11 8l-4.5 4.5",
  globe: "M8 2a6 6 0 1 0 .001 0zM2 8h12M8 2c-4.4 4-4.4 8 0 12M8 2c4.4 4 4.4 8 0 12",
  graph: "M3.8 6.2a1.8 1.8 0 1 0 .001 0zM12 2.7a1.8 1.8 0 1 0 .001 0zM12 9.7a1.8 1.8 0 1 0 .001 0zM5.5 7.3l4.7-2M5.5 8.7l4.7 2",
  info: "M8 2a6 6 0 1 0 .001 0zM8 7.3v3.7M8 5v.3",
  leave: "M6.5 2.5h-4v11h4M6.5 8h7M10.8 5.2 13.5 8l-2.7 2.8",
  list: "M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.3M2.5 8h.3M2.5 12h.3",
  lock: "M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  minus: "M3 8h10",
  money: "M11 4.8C10.5 3.7 9.4 3.2 8 3.2c-1.7 0-3 .8-3 2.2 0 3.2 6.2 1.7 6.2 5 0 1.5-1.4 2.4-3.2 2.4-1.6 0-2.8-.7-3.3-1.9M8 1.6v12.8",
  more: "M3.5 8h.3M8 8h.3M12.5 8h.3",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  play: "M4.5 2.8 12.5 8l-8 5.2z",
  plus: "M8 3v10M3 8h10",
  pulse: "M1.5 8.5h3l2-5 3 9 2-4h3",
  refresh: "M13.5 8A5.5 5.5 0 1 1 11.5 3.8M13.5 2v3.5H10",
  ring: "M8 3.5a4.5 4.5 0 1 0 .001 0z",
  runner: "M8 5.5a2.5 2.5 0 1 0 .001 0zM8 1.8v2M8 12.2v2M1.8 8h2M12.2 8h2M3.6 3.6 5 5M11 11l1.4 1.4M3.6 12.4 5 11M11 5l1.4-1.4",
  search: "M7 2.5a4.5 4.5 0 1 0 .001 0zM10.3 10.3 13.5 13.5",
  skip: "M3.5 3.5 8 8l-4.5 4.5M8.5 3.5 13 8l-4.5 4.5",
  spinner: "M8 2.5A5.5 5.5 0 0 1 13.5 8",
  stop: "M4.5 4.5h7v7h-7z",
  text: "M3 3.5h10M3 6.5h10M3 9.5h10M3 12.5h6",
  trash: "M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.6 9h5.8l.6-9",
  redo: "M12.5 6.5H6a3.5 3.5 0 0 0 0 7h3M9.8 3.8l2.7 2.7-2.7 2.7",
  undo: "M3.5 6.5H10a3.5 3.5 0 0 1 0 7H7M6.2 3.8 3.5 6.5l2.7 2.7",
  up: "M3.5 10.5 8 6l4.5 4.5",
  upload: "M8 11V3M4.7 6.3 8 3l3.3 3.3M3 13.5h10",
  user: "M8 2.5a2.7 2.7 0 1 0 .001 0zM2.8 13.5c.6-3 2.6-4.3 5.2-4.3s4.6 1.3 5.2 4.3",
  vectors: "M2.5 13.5V2.5M2.5 13.5h11M2.5 13.5l7.5-7.5M7 5.5h3.5V9M6 10.5h5.5",
  versions: "M5 5a1.8 1.8 0 1 0-.001 0zM5 14.5a1.8 1.8 0 1 0-.001 0zM11.5 5a1.8 1.8 0 1 0-.001 0zM5 5v6M11.5 5c0 3-6.5 2-6.5 5",
  warn: "M8 2.2 14.4 13.4H1.6zM8 6.3v3.2M8 11.3v.3",
} as const;

export type IconName = keyof typeof paths;

/** A drawing beside words; whoever uses it alone gives the control a label. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg className={`icon icon--${name}`} viewBox="0 0 16 16" width={size} height={size} aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
