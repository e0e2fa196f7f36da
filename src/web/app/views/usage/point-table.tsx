import { memo, type CSSProperties, type KeyboardEvent, type SyntheticEvent } from 'react';
import { Pager } from '../../components/pager';
import { countOf, groupDigits, isZero, roundAmount, shownAmount, sumAmounts } from '../../format/amount';
import { bucketText } from '../../format/instant';
import { useCell, type Cell } from './use-cell';
import { groupTitles, seriesKey, seriesName, seriesTitle } from './usage-names';
import { isValue, type UsageQuestion } from './usage-question';
import type { Breakdown } from './usage-view';

const PLACES = 4;
const NOTHING = '–';
/** When, and the total. */
const COLUMNS_BEFORE = 2;
/** The hours of a day and the days of two months are all in sight; more of them are in a frame of their own. */
const MOST_ROWS = 62;

interface PointTableProps {
  readonly breakdown: Breakdown;
  readonly question: UsageQuestion;
}

/** A row per bucket and a column per series: the numbers of the chart. Each leads to its entries. It says its roles, as its rows are laid out as grids. */
export function PointTable({ breakdown, question }: PointTableProps) {
  const { show } = useCell();
  const { edges, other, pageInfo, seriesCount, total } = breakdown;
  const sizes = {
    '--columns': edges.length + (other.seriesCount > 0 ? 2 : 1),
    '--digits': groupDigits(roundAmount(total.credits, 0)).length + 1 + PLACES,
  };
  const open = (event: SyntheticEvent): void => {
    const cell = (event.target as Element).closest('[role=button]')?.closest('td');
    const row = cell?.closest('tr');
    if (cell && row) show(cellOf(breakdown, question, cell.cellIndex - COLUMNS_BEFORE, row.sectionRowIndex));
  };
  return (
    <>
      <div className={`table-frame ${other.points.length > MOST_ROWS ? 'point-frame' : ''}`} role="region" aria-label="Series by time" tabIndex={0}>
        <table role="table" className="table point-table" style={sizes as CSSProperties}>
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col">
                From
              </th>
              <th role="columnheader" scope="col" className="cell-end point-total">
                Total
              </th>
              {edges.map(({ node }) => (
                <th key={seriesKey(node.groups)} role="columnheader" scope="col" className="cell-end" title={groupTitles(node.groups)}>
                  <span className="point-head">{seriesName(node.groups)}</span>
                </th>
              ))}
              {other.seriesCount > 0 && (
                <th role="columnheader" scope="col" className="cell-end">
                  Rest ({other.seriesCount})
                </th>
              )}
            </tr>
          </thead>
          <PointRows breakdown={breakdown} onOpen={open} />
        </table>
      </div>
      <Pager info={pageInfo}>{countOf(seriesCount, 'series', 'series')}</Pager>
    </>
  );
}

function cellOf({ edges, other }: Breakdown, { filters }: UsageQuestion, series: number, bucket: number): Cell {
  const { groups } = edges[series]!.node;
  const { from, to } = other.points[bucket]!;
  return { title: seriesTitle(groups), filters: [...filters, ...groups.map(({ key, value }) => isValue(key, value))], from, to };
}

interface PointRowsProps {
  readonly breakdown: Breakdown;
  readonly onOpen: (event: SyntheticEvent) => void;
}

/**
 * Thousands of cells: nothing but text, one listener for all, and not drawn anew while something else on the page changes. An element `button` is a box
 * of its own to lay out, which takes longer than all the rest.
 */
const PointRows = memo(
  function PointRows({ breakdown, onOpen }: PointRowsProps) {
    const { edges, other, interval, timeZone } = breakdown;
    const press = (event: KeyboardEvent): void => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      onOpen(event);
    };
    return (
      <tbody role="rowgroup" onClick={onOpen} onKeyDown={press}>
        {other.points.map(({ from, credits: rest }, bucket) => {
          const amounts = edges.map(({ node }) => node.points[bucket]!.credits);
          return (
            <tr key={from} role="row">
              <th role="rowheader" scope="row">
                {bucketText(from, interval, timeZone)}
              </th>
              <td role="cell" className="cell-end point-total">
                {shown(sumAmounts([...amounts, rest]))}
              </td>
              {amounts.map((credits, series) => (
                <td key={series} role="cell" className="cell-end">
                  {isZero(credits) ? (
                    NOTHING
                  ) : (
                    <span role="button" tabIndex={0} className="cell-link" title={credits}>
                      {shown(credits)}
                    </span>
                  )}
                </td>
              ))}
              {other.seriesCount > 0 && (
                <td role="cell" className="cell-end">
                  {shown(rest)}
                </td>
              )}
            </tr>
          );
        })}
      </tbody>
    );
  },
  (before, after) => before.breakdown === after.breakdown,
);

function shown(credits: string): string {
  return isZero(credits) ? NOTHING : shownAmount(credits, PLACES);
}
