import { Amount } from '../../components/amount';
import { Pager } from '../../components/pager';
import { Table, type Column } from '../../components/table';
import { countOf, countText, drawnSize, percentText } from '../../format/amount';
import { useAddress } from '../../navigation/use-address';
import { useCell } from './use-cell';
import { groupKeys, keyName, seriesKey, seriesName, valueName, type Group } from './usage-names';
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
  const groupBy = groupKeys(edges[0]?.node.groups ?? []);
  const cell = ({ groups }: Series) => ({
    title: seriesName(groups),
    filters: [...filters, ...groups.map(({ key, value }) => isValue(key, value))],
    from,
    to,
  });
  const columns: Column<Series>[] = [
    ...(groupBy.length === 0 ? [{ key: 'all', head: 'Usage', cell: () => 'All usage' }] : groupBy.map((key, index) => groupColumn(key, index))),
    {
      key: 'credits',
      head: 'Credits',
      align: 'end',
      sort: '-credits',
      cell: (series) => (
        <button type="button" className="cell-link" onClick={() => show(cell(series))}>
          <span className="only-spoken">Entries of {seriesName(series.groups)}: </span>
          <Amount value={series.credits} places={4} />
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
            {rest && <FootRow keys={groupBy.length} label={rest.label} sums={rest.sums} />}
            <FootRow keys={groupBy.length} label="Total" sums={total} />
          </>
        }
      />
      <Pager info={pageInfo}>{countOf(seriesCount, 'series', 'series')}</Pager>
    </>
  );
}

function groupColumn(key: string, index: number): Column<Series> {
  return {
    key: `group-${key}`,
    head: keyName(key),
    ...(index === 0 && { sort: 'key' }),
    cell: ({ groups }) => <GroupValue group={groups[index]!} />,
  };
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

function FootRow({ keys, label, sums }: { readonly keys: number; readonly label: string; readonly sums: Sums }) {
  return (
    <tr>
      <td colSpan={Math.max(1, keys)}>{label}</td>
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
