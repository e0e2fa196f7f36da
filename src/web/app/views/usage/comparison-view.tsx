import { useAnswer } from '../../api/use-api';
import { Amount } from '../../components/amount';
import { Card, Fact, Facts } from '../../components/card';
import { Pager } from '../../components/pager';
import { Answered, State } from '../../components/state';
import { Table, type Column } from '../../components/table';
import { countOf } from '../../format/amount';
import { dayText } from '../../format/instant';
import { UsageCompared, type UsageComparedQuery } from '../../generated/usage';
import { usePageArguments } from '../../navigation/use-address';
import { seriesColumns } from './series-columns';
import { seriesKey, valueName } from './usage-names';
import type { UsageQuestion } from './usage-question';

type Comparison = UsageComparedQuery['compareCreditUsage'];
type Compared = Comparison['edges'][number]['node'];

const PAGE_SIZE = 25;

/** The range beside the one before it: what changed most, and because of what. */
export function ComparisonView({ question }: { readonly question: UsageQuestion }) {
  const { customerId, currencyId, timeZone, groupBy, filters, range, from, to } = question.input;
  const input = { customerId, currencyId, timeZone, groupBy, filters, range, from, to };
  const query = useAnswer(UsageCompared, { input, ...usePageArguments(PAGE_SIZE) }, { keepPrevious: true });
  return (
    <Answered query={query} lines={10}>
      {({ compareCreditUsage }) => (
        <div className="stack">
          <ComparedTotals comparison={compareCreditUsage} zone={question.zone} />
          <Card flush title="What changed" hint="The largest change first. Volume, price and mix add up to the change.">
            {compareCreditUsage.seriesCount === 0 ? (
              <State icon="usage" title="No usage in either range" />
            ) : (
              <ComparedTable comparison={compareCreditUsage} />
            )}
          </Card>
        </div>
      )}
    </Answered>
  );
}

/** The last instant of a range belongs to the next one. */
function spanText(from: string, to: string, zone: string): string {
  const last = new Date(Date.parse(to) - 1).toISOString();
  return `${dayText(from, zone)} – ${dayText(last, zone)}`;
}

function ComparedTotals({ comparison, zone }: { readonly comparison: Comparison; readonly zone: string }) {
  const { total, from, to, previousFrom, previousTo } = comparison;
  return (
    <Card>
      <Facts>
        <Fact label="Before" note={spanText(previousFrom, previousTo, zone)}>
          <Amount value={total.previous.credits} places={4} />
        </Fact>
        <Fact label="Now" note={spanText(from, to, zone)}>
          <Amount value={total.current.credits} places={4} />
        </Fact>
        <Fact label="Change">
          <Amount value={total.change} places={4} signed />
        </Fact>
        <Fact label="By volume" note="More or less was used.">
          <Amount value={total.volumeChange} places={4} signed />
        </Fact>
        <Fact label="By price" note="New rates priced it.">
          <Amount value={total.priceChange} places={4} signed />
        </Fact>
        <Fact label="By mix" note="Dearer or cheaper usage at the same rates.">
          <Amount value={total.mixChange} places={4} signed />
        </Fact>
      </Facts>
    </Card>
  );
}

const amount = (key: 'volumeChange' | 'priceChange' | 'mixChange', head: string, from?: 'tablet'): Column<Compared> => ({
  key,
  head,
  align: 'end',
  ...(from && { from }),
  cell: (row) => <Amount value={row[key]} places={4} signed />,
});

const SUMS: readonly Column<Compared>[] = [
  { key: 'previous', head: 'Before', align: 'end', from: 'desktop', cell: ({ previous }) => <Amount value={previous.credits} places={4} /> },
  { key: 'current', head: 'Now', align: 'end', from: 'tablet', cell: ({ current }) => <Amount value={current.credits} places={4} /> },
  {
    key: 'change',
    head: 'Change',
    align: 'end',
    cell: ({ change, current }) => (
      <span className="two-lines">
        <Amount value={change} places={4} signed />
        <span className="only-narrow muted small">
          now <Amount value={current.credits} places={4} />
        </span>
      </span>
    ),
  },
  amount('volumeChange', 'Volume', 'tablet'),
  amount('priceChange', 'Price', 'tablet'),
  amount('mixChange', 'Mix', 'tablet'),
];

function ComparedTable({ comparison }: { readonly comparison: Comparison }) {
  const { columns } = seriesColumns(comparison.edges[0]?.node, ({ value }) => <span className="wrap-anywhere">{valueName(value)}</span>);
  return (
    <>
      <Table
        label="Changes of series"
        columns={[...columns, ...SUMS]}
        rows={comparison.edges.map(({ node }) => node)}
        rowKey={(row) => seriesKey(row.groups)}
      />
      <Pager info={comparison.pageInfo}>{countOf(comparison.seriesCount, 'series', 'series')}</Pager>
    </>
  );
}
