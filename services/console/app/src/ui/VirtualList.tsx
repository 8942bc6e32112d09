import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";
import { useI18n } from "../i18n/I18n";
import "./table.css";

interface VirtualListProps<Row> {
  label: string;
  rows: readonly Row[];
  rowKey: (row: Row) => string | number;
  /** The usual height of a row in pixels; each is measured when it is shown. */
  rowHeight: number;
  /** Of the list, in pixels. */
  height: number;
  children: (row: Row) => ReactNode;
  /** How many there are in all, if that is known. */
  total?: number | undefined;
  hasMore?: boolean;
  isLoading?: boolean;
  onMore?: () => void;
}

const AHEAD = 20;

/** A list of any length: only what is seen is in the page, and more is asked for before the end is reached. */
export function VirtualList<Row>(props: VirtualListProps<Row>) {
  const { label, rows, rowKey, rowHeight, height, children, total, hasMore = false, isLoading = false, onMore } = props;
  const { t } = useI18n();
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    getItemKey: (at) => {
      const row = rows[at];
      return row === undefined ? at : rowKey(row);
    },
    overscan: 8,
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? -1;
  useEffect(() => {
    if (hasMore && !isLoading && last >= rows.length - AHEAD) onMore?.();
  }, [hasMore, isLoading, last, rows.length, onMore]);

  return (
    <>
      <div className="virtual" ref={frame} tabIndex={0} role="group" aria-label={label} style={{ height }}>
        <div className="virtual__rows" role="list" style={{ height: virtual.getTotalSize() }}>
          {shown.map((item) => {
            const row = rows[item.index];
            return (
              row !== undefined && (
                <div
                  key={item.key}
                  ref={virtual.measureElement}
                  data-index={item.index}
                  className="virtual__row"
                  role="listitem"
                  aria-posinset={item.index + 1}
                  aria-setsize={total ?? (hasMore ? -1 : rows.length)}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  {children(row)}
                </div>
              )
            );
          })}
        </div>
      </div>
      {(hasMore || isLoading) && (
        <div className="virtual__foot" aria-live="polite">
          <span>{t("ui.loadedOf", { count: rows.length })}</span>
          {isLoading && <span>{t("ui.loading")}</span>}
        </div>
      )}
    </>
  );
}
