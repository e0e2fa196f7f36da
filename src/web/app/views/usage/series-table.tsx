import type { ReactNode } from 'react';
import { Amount } from '../../components/amount';
import { Pager } from '../../components/pager';
import { Table, type Column } from '../../components/table';
import { countOf, countText, drawnSize, percentText, sumAmounts } from '../../format/amount';
import { differenceText } from '../../format/difference';
import { useAddress } from '../../navigation/use-address';
import { useCell } from './use-cell';
import { seriesColumns } from './series-columns';
import { GroupName } from './series-name';
import { groupTitle, keyName, seriesKey, seriesName, seriesTitle, type Group } from './usage-names';
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
    title: seriesTitle(groups),
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
            {rest && <FootRow head={series.foot(rest.label)} sums={rest.sums} share={restShare(edges)} />}
            <FootRow head={series.foot('Total')} sums={total} share={edges.some(({ node }) => node.share !== null) ? '1' : null} />
          </>
        }
      />
      <Pager info={pageInfo}>{countOf(seriesCount, 'series', 'series')}</Pager>
    </>
  );
}

/** A click keeps only what has this value. */
function GroupValue({ group }: { readonly group: Group }) {
  const { key, value } = group;
  const { list, change } = useAddress();
  const [where] = filterTexts([isValue(key, value)]);
  const isKept = list('where').includes(where!);
  const name = <GroupName group={group} />;
  if (isKept) return <span className="series-value">{name}</span>;
  return (
    <button
      type="button"
      className="cell-link series-value"
      title={`Only ${keyName(key)} ${groupTitle(group)}`}
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

/** Shares have 12 decimals, so what they leave has, too. */
function restShare(edges: Breakdown['edges']): string | null {
  const shares = edges.map(({ node }) => node.share);
  return shares.includes(null) ? null : differenceText(sumAmounts(shares as string[]), '1');
}

interface FootRowProps {
  readonly head: ReactNode;
  readonly sums: Sums;
  readonly share: string | null;
}

function FootRow({ head, sums, share }: FootRowProps) {
  return (
    <tr>
      {head}
      <td className="cell-end">
        <Amount value={sums.credits} places={4} />
      </td>
      <td className="cell-end">
        <Share share={share} />
      </td>
      <td className="cell-end cell-from-tablet">
        <Amount value={sums.value} places={4} />
      </td>
      <td className="cell-end cell-from-tablet">{countText(sums.eventCount)}</td>
      <td className="cell-from-desktop" />
    </tr>
  );
}
