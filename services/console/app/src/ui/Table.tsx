import type { ReactNode } from "react";
import { useI18n } from "../i18n/I18n";
import { Icon } from "./Icon";
import { names } from "./names";
import "./table.css";

export interface Column<Row> {
  key: string;
  label: string;
  cell: (row: Row) => ReactNode;
  /** Numbers, times and money stand at the end of their column. */
  isNumber?: boolean;
  /** The column that names the row. */
  isHeader?: boolean;
  isSortable?: boolean;
  isLabelHidden?: boolean;
  /** The last column, with what can be done to the row: it stays in sight while the others are scrolled. */
  isAction?: boolean;
  /** What a narrow window can do without. */
  isSecondary?: boolean;
}

export interface Sort {
  key: string;
  isDescending: boolean;
}

interface TableProps<Row> {
  /** What the table is, for those who do not see what is above it. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string | number;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  isSelected?: (row: Row) => boolean;
}

/** Rows and columns. What is too wide is scrolled inside, never with the page. For thousands of rows use `VirtualList`. */
export function Table<Row>({ label, columns, rows, rowKey, sort, onSort, isSelected }: TableProps<Row>) {
  return (
    <div className="table" role="group" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} data-selected={isSelected?.(row) || undefined}>
              {columns.map((column) => (
                <Cell key={column.key} column={column} row={row} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const cellNames = <Row,>({ isNumber, isSecondary, isAction }: Column<Row>) =>
  names(isNumber && "table__number", isSecondary && "table__secondary", isAction && "table__action");

function Cell<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  const className = cellNames(column);
  if (column.isHeader) {
    return (
      <th scope="row" className={className}>
        {column.cell(row)}
      </th>
    );
  }
  return <td className={className}>{column.cell(row)}</td>;
}

interface HeadProps<Row> {
  column: Column<Row>;
  sort: Sort | undefined;
  onSort: ((sort: Sort) => void) | undefined;
}

function Head<Row>({ column, sort, onSort }: HeadProps<Row>) {
  const { t } = useI18n();
  const isBy = sort?.key === column.key;
  const order = !isBy ? undefined : sort.isDescending ? "descending" : "ascending";
  const label = column.isLabelHidden ? <span className="hidden">{column.label}</span> : column.label;
  return (
    <th scope="col" className={cellNames(column)} aria-sort={order}>
      {column.isSortable && onSort ? (
        <button
          type="button"
          className="table__sort"
          title={order && t(order === "descending" ? "ui.sortedDown" : "ui.sortedUp")}
          onClick={() => onSort({ key: column.key, isDescending: isBy ? !sort.isDescending : false })}
        >
          {label}
          {isBy && <Icon name={sort.isDescending ? "down" : "up"} size={12} />}
        </button>
      ) : (
        label
      )}
    </th>
  );
}
