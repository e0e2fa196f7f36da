import './table.css';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useAddress } from '../navigation/use-address';
import { Icon } from './icon';

export type Breadth = 'tablet' | 'desktop' | 'wide';

export interface Column<Row> {
  readonly key: string;
  readonly head: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  readonly align?: 'start' | 'end';
  /** Left out where the page is narrower than this. */
  readonly from?: Breadth;
  /** Left out where the page is as wide as this, as others then say the same. */
  readonly to?: Breadth;
  /** The value of the parameter `sort` that orders by this column; with a minus before it, the other way. */
  readonly sort?: string;
}

interface TableProps<Row> {
  /** What the table is, for those who do not see it. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** What is ordered by without a parameter. */
  readonly defaultSort?: string;
  /** Below a row, over its whole width; null: nothing. */
  readonly detail?: (row: Row) => ReactNode;
  readonly foot?: ReactNode;
  /** What a row belongs to, said above the first of those that follow one another. */
  readonly group?: (row: Row) => string;
}

/** Rows with one fact per column. It scrolls in itself where the page is too narrow. */
export function Table<Row>({ label, columns, rows, rowKey, defaultSort, detail, foot, group }: TableProps<Row>) {
  return (
    <div className="table-frame" role="region" aria-label={label} tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.key} column={column} defaultSort={defaultSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => {
            const begins = group && (i === 0 || group(row) !== group(rows[i - 1]!)) ? group(row) : null;
            return <RowWithDetail key={rowKey(row)} row={row} columns={columns} detail={detail?.(row)} begins={begins} />;
          })}
        </tbody>
        {foot && <tfoot>{foot}</tfoot>}
      </table>
    </div>
  );
}

interface RowProps<Row> {
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
  readonly detail: ReactNode;
  /** The group that begins with it. */
  readonly begins: string | null;
}

function RowWithDetail<Row>({ row, columns, detail, begins }: RowProps<Row>) {
  return (
    <>
      {begins !== null && (
        <tr className="table-group">
          <th scope="colgroup" colSpan={columns.length}>
            {begins}
          </th>
        </tr>
      )}
      <tr>
        {columns.map((column) => (
          <td key={column.key} className={cellClass(column)}>
            {column.cell(row)}
          </td>
        ))}
      </tr>
      {detail && (
        <tr className="table-detail">
          <td colSpan={columns.length}>
            <div className="table-detail-content">{detail}</div>
          </td>
        </tr>
      )}
    </>
  );
}

function cellClass({ align, from, to }: Pick<Column<never>, 'align' | 'from' | 'to'>): string | undefined {
  const names = [align === 'end' && 'cell-end', from && `cell-from-${from}`, to && `cell-to-${to}`].filter(Boolean);
  return names.length > 0 ? names.join(' ') : undefined;
}

/** A head that orders is a link: the order is in the address. */
function Head<Row>({ column, defaultSort }: { column: Column<Row>; defaultSort: string | undefined }) {
  const { text, withChange } = useAddress();
  if (column.sort === undefined)
    return (
      <th scope="col" className={cellClass(column)}>
        {column.head}
      </th>
    );
  const current = text('sort') ?? defaultSort;
  const opposite = column.sort.startsWith('-') ? column.sort.slice(1) : `-${column.sort}`;
  const isFirst = current === column.sort;
  const isOpposite = current === opposite;
  const isDescending = (isFirst ? column.sort : opposite).startsWith('-');
  const order = isFirst || isOpposite ? (isDescending ? 'descending' : 'ascending') : undefined;
  return (
    <th scope="col" className={cellClass(column)} aria-sort={order}>
      <Link className="table-sort" to={withChange({ sort: isFirst ? opposite : column.sort })}>
        {column.head}
        <span className={order ? '' : 'table-sort-idle'}>
          <Icon name={order === 'ascending' ? 'arrow-up' : 'arrow-down'} size={12} />
        </span>
      </Link>
    </th>
  );
}
