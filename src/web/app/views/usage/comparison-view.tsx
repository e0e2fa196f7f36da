import { useAnswer } from '../../api/use-api';
import { Amount } from '../../components/amount';
import { Button } from '../../components/button';
import { Card, Fact, Facts } from '../../components/card';
import { Pager } from '../../components/pager';
import { Answered, Failure, State } from '../../components/state';
import { Table, type Column } from '../../components/table';
import { countOf, isNegative, isZero } from '../../format/amount';
import { relativeDifferenceText, signedPercent } from '../../format/difference';
import { spanText } from '../../format/instant';
import { SpanOfUsage, UsageCompared, type SpanOfUsageQuery, type UsageComparedQuery } from '../../generated/usage';
import { useAddress, usePageArguments } from '../../navigation/use-address';
import { seriesColumns } from './series-columns';
import { GroupName } from './series-name';
import { seriesKey, valueName } from './usage-names';
import type { UsageQuestion } from './usage-question';

type Comparison = UsageComparedQuery['compareCreditUsage'];
type Compared = Comparison['edges'][number]['node'];

const PAGE_SIZE = 25;

/** The range beside the one before it: what changed most, and because of what. */
export function ComparisonView({ question }: { readonly question: UsageQuestion }) {
  const { customerId, currencyId, timeZone, groupBy, filters, range, from, to } = question.input;
  const input = { customerId, currencyId, timeZone, groupBy, filters, range, from, to };
  const { text, change } = useAddress();
  const isFirst = text('after') === null && text('before') === null;
  const span = useAnswer(SpanOfUsage, { input: { customerId, currencyId, timeZone, range, from, to, interval: 'NONE' } }, { held: !isFirst });
  const previous = span.data && previousSpan(span.data.creditUsage);
  const query = useAnswer(
    UsageCompared,
    { input, ...previous?.range, ...usePageArguments(PAGE_SIZE) },
    { enabled: previous !== undefined, keepPrevious: true },
  );
  if (span.error && !span.data) return <Failure error={span.error} onRetry={() => void span.refetch()} />;
  if (!isFirst && query.error?.code === 'CURSOR_INVALID')
    return (
      <State icon="usage" title="Time went on" action={<Button onClick={() => change({})}>First page</Button>}>
        These pages were of a comparison that ended earlier.
      </State>
    );
  return (
    <Answered query={query} lines={10}>
      {({ compareCreditUsage }) => (
        <div className="stack" aria-busy={query.isPlaceholderData || undefined}>
          <ComparedTotals comparison={compareCreditUsage} zone={question.zone} isOver={previous?.isOver ?? true} />
          <Card
            flush
            title="What changed"
            hint={
              <>
                The largest change first. <span className="cell-from-tablet">Volume, price and mix add up to the change.</span>
              </>
            }
          >
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

type Span = SpanOfUsageQuery['creditUsage'];

/** As long a range, directly before; of one that is not over, as much of it as has passed, so that like is compared with like. */
function previousSpan({ from, to, asOf }: Span): {
  readonly isOver: boolean;
  readonly range: { readonly previousFrom?: string; readonly previousTo?: string };
} {
  const [start, end, now] = [from, to, asOf].map((instant) => Date.parse(instant)) as [number, number, number];
  if (now >= end || now <= start) return { isOver: true, range: {} };
  const back = (instant: number): string => new Date(instant - (end - start)).toISOString();
  return { isOver: false, range: { previousFrom: back(start), previousTo: back(now) } };
}

function signNote(change: string, below: string, above: string, none = 'No effect'): string {
  if (isZero(change)) return none;
  return isNegative(change) ? below : above;
}

interface ComparedTotalsProps {
  readonly comparison: Comparison;
  readonly zone: string;
  /** False: the present range still goes on. */
  readonly isOver: boolean;
}

function ComparedTotals({ comparison, zone, isOver }: ComparedTotalsProps) {
  const { total, from, to, previousFrom, previousTo } = comparison;
  const relative = relativeDifferenceText(total.previous.credits, total.current.credits);
  return (
    <Card>
      <Facts>
        <Fact label="Before" note={spanText(previousFrom, previousTo, zone)}>
          <Amount value={total.previous.credits} places={4} />
        </Fact>
        <Fact label="Now" note={`${spanText(from, to, zone)}${isOver ? '' : ', so far'}`}>
          <Amount value={total.current.credits} places={4} />
        </Fact>
        <Fact label="Change" note={relative !== null && signedPercent(relative)}>
          <Amount value={total.change} places={4} signed />
        </Fact>
        <Fact label="By volume" note={signNote(total.volumeChange, 'Less was used', 'More was used')}>
          <Amount value={total.volumeChange} places={4} signed />
        </Fact>
        <Fact label="By price" note={signNote(total.priceChange, 'Lower rates', 'Higher rates', 'No rate changed')}>
          <Amount value={total.priceChange} places={4} signed />
        </Fact>
        <Fact label="By mix" note={signNote(total.mixChange, 'Cheaper usage', 'Dearer usage')}>
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
        <span className="only-narrow muted small compared-now">
          now <Amount value={current.credits} places={2} />
        </span>
      </span>
    ),
  },
  amount('volumeChange', 'Volume', 'tablet'),
  amount('priceChange', 'Price', 'tablet'),
  amount('mixChange', 'Mix', 'tablet'),
];

function ComparedTable({ comparison }: { readonly comparison: Comparison }) {
  const { columns } = seriesColumns(comparison.edges[0]?.node, (group) => (
    <span className="series-value" title={group.name === null ? undefined : valueName(group.value)}>
      <GroupName group={group} />
    </span>
  ));
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
