import type { ReactNode } from 'react';
import { useAnswer } from '../../api/use-api';
import { Amount } from '../../components/amount';
import { Badge } from '../../components/badge';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { Instant } from '../../components/instant';
import { Answered, State } from '../../components/state';
import { Table, type Column } from '../../components/table';
import { countOf } from '../../format/amount';
import { shownValue } from '../../format/dimension';
import { CATEGORY_NAMES } from '../../format/grant';
import { spanText } from '../../format/instant';
import { EntriesOfUsage, type EntriesOfUsageQuery } from '../../generated/usage';
import { ChargeDetail } from '../ledger/charge-detail';
import { useCell, type Cell } from './use-cell';
import type { UsageQuestion } from './usage-question';

type Series = EntriesOfUsageQuery['creditUsage']['edges'][number]['node'];
type Entry = Series['entries']['edges'][number]['node'];

/** The ledger entries behind what was clicked, in front of the page. */
export function CellEntries({ question }: { readonly question: UsageQuestion }) {
  const { cell, close } = useCell();
  if (!cell) return null;
  return (
    <Dialog wide title={cell.title} onClose={close}>
      <Entries cell={cell} question={question} />
    </Dialog>
  );
}

function Entries({ cell, question }: { readonly cell: Cell; readonly question: UsageQuestion }) {
  const { after } = useCell();
  const { customerId, currencyId } = question.input;
  const input = { customerId, currencyId, from: cell.from, to: cell.to, filters: cell.filters, interval: 'NONE' as const };
  const query = useAnswer(EntriesOfUsage, { input, after }, { keepPrevious: true });
  return (
    <div className="stack entries">
      <p className="muted">
        {spanText(cell.from, cell.to, question.zone)} · {question.zone}
      </p>
      <Answered query={query}>
        {({ creditUsage }) => {
          const series = creditUsage.edges[0]?.node;
          return series ? (
            <EntryList series={series} zone={question.zone} hasCustomers={customerId === null} />
          ) : (
            <State icon="ledger" title="No entries" />
          );
        }}
      </Answered>
    </div>
  );
}

function EntryList({ series, zone, hasCustomers }: { readonly series: Series; readonly zone: string; readonly hasCustomers: boolean }) {
  const { after, event: explained, go, explain } = useCell();
  const { edges, pageInfo } = series.entries;
  const explanation = (event: Entry['event']) =>
    event && <ExplainButton isOpen={event.id === explained} onChange={(isOpen) => explain(isOpen ? event.id : null)} />;
  const columns = columnsFor(zone, hasCustomers, explanation);
  return (
    <>
      <p>
        {countOf(series.eventCount, 'event')} used <Amount value={series.credits} unit="credits" />.
      </p>
      <Table
        label="Ledger entries"
        columns={columns}
        rows={edges.map(({ node }) => node)}
        rowKey={({ id }) => id}
        detail={({ event }) => event && (event.id === explained ? <ChargeDetail eventId={event.id} /> : <Dimensions dimensions={event.dimensions} />)}
      />
      {(after !== null || pageInfo.hasNextPage) && (
        <nav className="pager" aria-label="Pages of entries">
          <Button disabled={after === null} onClick={() => go(null)}>
            First
          </Button>
          <Button disabled={!pageInfo.hasNextPage} onClick={() => go(pageInfo.endCursor)}>
            Next
          </Button>
        </nav>
      )}
    </>
  );
}

function columnsFor(zone: string, hasCustomers: boolean, explanation: (event: Entry['event']) => ReactNode): Column<Entry>[] {
  const customer: Column<Entry> = {
    key: 'customer',
    head: 'Customer',
    from: 'tablet',
    cell: ({ event }) => event && <CustomerName customer={event.customer} />,
  };
  return [
    {
      key: 'time',
      head: 'Used',
      from: 'tablet',
      cell: ({ event }) => event && <Instant value={event.timestamp} form="second" zone={zone} withZone={false} />,
    },
    ...(hasCustomers ? [customer] : []),
    {
      key: 'feature',
      head: 'Feature',
      cell: ({ event }) => (
        <span className="two-lines">
          {event?.feature?.name ?? <span className="muted">Stated amount</span>}
          {event && hasCustomers && (
            <span className="only-narrow muted small">
              <CustomerName customer={event.customer} />
            </span>
          )}
          {event && (
            <span className="only-narrow muted small">
              <Instant value={event.timestamp} form="second" zone={zone} withZone={false} />
            </span>
          )}
          <span className="only-narrow row-below">{explanation(event)}</span>
        </span>
      ),
    },
    { key: 'amount', head: 'Credits', align: 'end', cell: ({ amount }) => <Amount value={amount} /> },
    { key: 'grant', head: 'Paid by', from: 'tablet', cell: ({ grant }) => <PaidBy category={grant?.category} /> },
    { key: 'explain', head: <span className="only-spoken">Explanation</span>, align: 'end', from: 'tablet', cell: ({ event }) => explanation(event) },
  ];
}

function CustomerName({ customer: { id, name } }: Pick<NonNullable<Entry['event']>, 'customer'>) {
  return <span title={id}>{name}</span>;
}

interface ExplainButtonProps {
  readonly isOpen: boolean;
  readonly onChange: (isOpen: boolean) => void;
}

/** One charge at a time: how it came about. */
function ExplainButton({ isOpen, onChange }: ExplainButtonProps) {
  return (
    <Button look="quiet" aria-expanded={isOpen} onClick={() => onChange(!isOpen)}>
      {isOpen ? 'Close' : 'Explain'}
    </Button>
  );
}

function Dimensions({ dimensions }: { readonly dimensions: NonNullable<Entry['event']>['dimensions'] }) {
  return (
    <span className="small">
      {Object.entries(dimensions).map(([name, value]) => (
        <span key={name} className="entry-dimension">
          <span className="muted">{name}</span> {shownValue(value)}
        </span>
      ))}
    </span>
  );
}

function PaidBy({ category }: { readonly category: keyof typeof CATEGORY_NAMES | undefined }) {
  return category === undefined ? <Badge tone="warn">Overdraft</Badge> : <Badge>{CATEGORY_NAMES[category]}</Badge>;
}
