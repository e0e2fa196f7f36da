import { Link } from 'wouter';
import { useAnswer } from '../../api/use-api';
import { Amount } from '../../components/amount';
import { Badge, type Tone } from '../../components/badge';
import { Instant } from '../../components/instant';
import { Pager } from '../../components/pager';
import { Table, type Column } from '../../components/table';
import { countOf } from '../../format/amount';
import { LOCAL_ZONE } from '../../format/instant';
import { RunOutsOfBacktest, type RunOutsOfBacktestQuery } from '../../generated/review';
import { paths } from '../../navigation/paths';
import { usePageArguments } from '../../navigation/use-address';
import type { Result } from './backtest-results';

type RunOut = NonNullable<NonNullable<RunOutsOfBacktestQuery['backtest']>['result']>['runOuts']['edges'][number]['node'];

const PAGE_SIZE = 10;
const LIST = 'run-outs';

const KINDS: Record<RunOut['kind'], { readonly tone: Tone; readonly label: string }> = {
  NEWLY: { tone: 'bad', label: 'Would run out' },
  SOONER: { tone: 'warn', label: 'Sooner' },
  LATER: { tone: 'good', label: 'Later' },
  NO_LONGER: { tone: 'good', label: 'Not any more' },
};

/** Whose credits would have been used up at another time than they were. */
export function RunOuts({ id, counts: { newly, sooner, later, noLonger } }: { readonly id: string; readonly counts: Result['runOutCounts'] }) {
  const { data } = useAnswer(RunOutsOfBacktest, { id, ...usePageArguments(PAGE_SIZE, LIST) }, { keepPrevious: true });
  const runOuts = data?.backtest?.result?.runOuts;
  const parts = [
    newly > 0 && `${countOf(newly, 'pool')} would have run out that did not`,
    sooner > 0 && `${countOf(sooner, 'pool')} sooner`,
    later > 0 && `${countOf(later, 'pool')} later`,
    noLonger > 0 && `${countOf(noLonger, 'pool')} not any more`,
  ].filter(Boolean);
  return (
    <section className="result-part" aria-label="Grants that would have run out">
      <h3>Grants that would have run out</h3>
      <p className="muted">{parts.length === 0 ? 'Nobody’s credits would have run out at another time than they did.' : `${parts.join('; ')}.`}</p>
      {runOuts && runOuts.edges.length > 0 && (
        <div className="framed">
          <Table
            label="Pools that would have run out at another time"
            columns={COLUMNS}
            rows={runOuts.edges.map(({ node }) => node)}
            rowKey={keyOf}
          />
          <Pager info={runOuts.pageInfo} list={LIST} />
        </div>
      )}
    </section>
  );
}

function keyOf({ customer, currency, resourceId }: RunOut): string {
  return `${customer.id} ${currency.id} ${resourceId}`;
}

const COLUMNS: readonly Column<RunOut>[] = [
  {
    key: 'customer',
    head: 'Customer',
    cell: ({ customer, resourceId, kind }) => (
      <span className="two-lines">
        <Link to={paths.customer(customer.id)}>{customer.name}</Link>
        {resourceId !== null && <code className="muted">{resourceId}</code>}
        <span className="only-narrow">
          <KindBadge kind={kind} />
        </span>
      </span>
    ),
  },
  { key: 'kind', head: 'Change', from: 'tablet', cell: ({ kind }) => <KindBadge kind={kind} /> },
  { key: 'old', head: `Ran out, ${LOCAL_ZONE}`, from: 'tablet', cell: ({ oldRanOutAt }) => <RanOut at={oldRanOutAt} /> },
  { key: 'new', head: 'Would have', from: 'tablet', cell: ({ newRanOutAt }) => <RanOut at={newRanOutAt} /> },
  {
    key: 'balance',
    head: 'Balance then',
    align: 'end',
    cell: ({ newBalance, currency }) => <Amount value={newBalance} places={2} unit={currency.unitPlural} />,
  },
];

function KindBadge({ kind }: Pick<RunOut, 'kind'>) {
  return <Badge tone={KINDS[kind].tone}>{KINDS[kind].label}</Badge>;
}

function RanOut({ at }: { readonly at: string | null }) {
  return at === null ? <span className="muted">never</span> : <Instant value={at} withZone={false} />;
}
