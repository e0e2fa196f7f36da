import type { ReactNode } from 'react';
import type { Breadth, Column } from '../../components/table';
import { groupKeys, keyName, seriesName, type Group } from './usage-names';

interface OfGroups {
  readonly groups: readonly Group[];
}

/** From where on so many keys have a column each, beside the sums; undefined: nowhere. */
function breadthOf(keys: number): Breadth | undefined {
  if (keys <= 2) return 'tablet';
  return keys === 3 ? 'desktop' : keys <= 6 ? 'wide' : undefined;
}

export interface SeriesColumns<Row> {
  readonly columns: readonly Column<Row>[];
  /** The cell of a row of sums below them. */
  readonly foot: (label: string) => ReactNode;
}

/** What the series of an answer are told apart by: a column per key, or, where there is no room for that, all keys of a series in one cell, each with its name. */
export function seriesColumns<Row extends OfGroups>(first: Row | undefined, valueOf: (group: Group) => ReactNode, sort?: string): SeriesColumns<Row> {
  const keys = groupKeys(first?.groups ?? []);
  const ordered = sort === undefined ? {} : { sort };
  if (keys.length === 0)
    return { columns: [{ key: 'all', head: 'Usage', cell: ({ groups }) => seriesName(groups) }], foot: (label) => <td>{label}</td> };
  const columns = keys.map((key, index): Column<Row> => ({
    key: `group-${key}`,
    head: keyName(key),
    ...(index === 0 && ordered),
    cell: ({ groups }) => valueOf(groups[index]!),
  }));
  if (keys.length === 1) return { columns, foot: (label) => <td>{label}</td> };
  const breadth = breadthOf(keys.length);
  const stacked: Column<Row> = {
    key: 'series',
    head: <span className="series-head">{keys.map(keyName).join(' · ')}</span>,
    ...ordered,
    cell: ({ groups }) => <StackedKeys groups={groups} valueOf={valueOf} />,
  };
  if (breadth === undefined) return { columns: [stacked], foot: (label) => <td>{label}</td> };
  return {
    columns: [{ ...stacked, to: breadth }, ...columns.map((column) => ({ ...column, from: breadth }))],
    foot: (label) => (
      <>
        <td className={`cell-to-${breadth}`}>{label}</td>
        <td className={`cell-from-${breadth}`} colSpan={keys.length}>
          {label}
        </td>
      </>
    ),
  };
}

function StackedKeys({ groups, valueOf }: OfGroups & { readonly valueOf: (group: Group) => ReactNode }) {
  return (
    <dl className="series-keys">
      {groups.map((group) => (
        <div key={group.key}>
          <dt>{keyName(group.key)}</dt>
          <dd>{valueOf(group)}</dd>
        </div>
      ))}
    </dl>
  );
}
