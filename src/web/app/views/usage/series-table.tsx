import type { ReactNode } from 'react';
import { Amount } from '../../components/amount';
import { Pager } from '../../components/pager';
import { Table, type Column } from '../../components/table';
import { countOf, countText, drawnSize, percentText } from '../../format/amount';
import { useAddress } from '../../navigation/use-address';
import { useCell } from './use-cell';
import { seriesColumns } from './series-columns';
import { keyName, seriesKey, seriesName, valueName, type Group } from './usage-names';
import { DEFAULT_SORT, filterTexts, isValue, type UsageQuestion } from './usage-question';
import type { Breakdown, Series } from './usage-view';

interface SeriesTableProps {
  readonly breakdown: Breakdown;
  readonly question: UsageQuestion;
}

/** A row per series. Its values filter, its credits lead to the entries behind them. */
export function SeriesTable({ breakdown, question }: SeriesTableProps) {
  const { edges, total, other, pageInfo, seriesCount, from, to } = breakdown;
  const { show } = useCell();
  const { filters } = question;
  const series = seriesColumns(edges[0]?.node, (group) => <GroupValue group={group} />, 'key');
  const cell = ({ groups }: Series) => ({
    title: seriesName(groups),
    filters: [...filters, ...groups.map(({ key, value }) => isValue(key, value))],
    from,
    to,
  });
  const columns: Column<Series>[] = [
    ...series.columns,
    {
      key: 'credits',
      head: 'Credits',
      align: 'end',
      sort: '-credits',
      cell: (one) => (
        <button type="button" className="cell-link" onClick={() => show(cell(one))}>
          <span className="only-spoken">Entries of {seriesName(one.groups)}: </span>
          <Amount value={one.credits} places={4} />
        </button>
      ),
    },
    { key: 'share', head: 'Share', align: 'end', cell: ({ share }) => <Share share={share} /> },
    { key: 'value', head: 'Value', align: 'end', sort: '-value', from: 'tablet', cell: ({ value }) => <Amount value={value} places={4} /> },
    { key: 'events', head: 'Events', align: 'end', sort: '-events', from: 'tablet', cell: ({ eventCount }) => countText(eventCount) },
    {
      key: 'price',
      head: 'Credits per unit',
      align: 'end',
      from: 'desktop',
      cell: ({ creditsPerUnit }) => (creditsPerUnit === null ? '–' : <Amount value={creditsPerUnit} places={6} />),
    },
  ];
  const rest = other.seriesCount > 0 && { label: `Rest, ${countOf(other.seriesCount, 'series', 'series')}`, sums: other };
  return (
    <>
      <Table
        label="Series"
        columns={columns}
        rows={edges.map(({ node }) => node)}
        rowKey={({ groups }) => seriesKey(groups)}
        defaultSort={DEFAULT_SORT}
        foot={
          <>
            {rest && <FootRow head={series.foot(rest.label)} sums={rest.sums} />}
            <FootRow head={series.foot('Total')} sums={total} />
          </>
        }
      />
      <Pager info={pageInfo}>{countOf(seriesCount, 'series', 'series')}</Pager>
    </>
  );
}

/** A click keeps only what has this value. */
function GroupValue({ group: { key, value } }: { readonly group: Group }) {
  const { list, change } = useAddress();
  const [where] = filterTexts([isValue(key, value)]);
  const isKept = list('where').includes(where!);
  const name = value === null || value === '' ? <em className="muted">{valueName(value)}</em> : valueName(value);
  if (isKept) return name;
  return (
    <button
      type="button"
      className="cell-link"
      title={`Only ${keyName(key)} ${valueName(value)}`}
      onClick={() => change({ where: [...list('where'), where!] })}
    >
      {name}
    </button>
  );
}

function Share({ share }: { readonly share: string | null }) {
  return (
    <span className="share">
      <span className="numeric">{percentText(share)}</span>
      <meter className="share-bar" min={0} max={1} value={drawnSize(share ?? '0')} aria-hidden="true" />
    </span>
  );
}

type Sums = Pick<Breakdown['total'], 'credits' | 'value' | 'eventCount'>;

function FootRow({ head, sums }: { readonly head: ReactNode; readonly sums: Sums }) {
  return (
    <tr>
      {head}
      <td className="cell-end">
        <Amount value={sums.credits} places={4} />
      </td>
      <td />
      <td className="cell-end cell-from-tablet">
        <Amount value={sums.value} places={4} />
      </td>
      <td className="cell-end cell-from-tablet">{countText(sums.eventCount)}</td>
      <td className="cell-from-desktop" />
    </tr>
  );
}
