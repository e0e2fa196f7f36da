import { Amount } from '../../components/amount';
import { Badge } from '../../components/badge';
import { Button } from '../../components/button';
import { Card } from '../../components/card';
import { Icon } from '../../components/icon';
import { Instant } from '../../components/instant';
import { Pager } from '../../components/pager';
import { Answered, State } from '../../components/state';
import { Table, type Column } from '../../components/table';
import { grantName } from '../../format/grant';
import { LOCAL_ZONE } from '../../format/instant';
import { LedgerForSeller, LedgerOfCustomer, type LedgerForSellerQuery, type LedgerOfCustomerQuery } from '../../generated/ledger';
import { useAddress, usePageArguments } from '../../navigation/use-address';
import { useAnswerForViewer } from '../../session/use-viewer';
import { ChargeDetail } from './charge-detail';
import { isKind, KIND_NAMES, KIND_TONES } from './kinds';

type Entry = (LedgerForSellerQuery | LedgerOfCustomerQuery)['creditLedger']['edges'][number]['node'];

const PAGE_SIZE = 25;

/** The lines of all pools of a customer, each with the balance after it; usage opens into its charge. */
export function LedgerList({ customerId }: { readonly customerId: string }) {
  const { text, list } = useAddress();
  const kind = text('kind');
  const variables = {
    customerId,
    currencyId: text('currency'),
    kinds: kind !== null && isKind(kind) ? [kind] : null,
    featureId: text('feature'),
    from: text('from'),
    to: text('to'),
    order: text('order') === 'oldest' ? ('OLDEST_FIRST' as const) : ('NEWEST_FIRST' as const),
    ...(text('grant') !== null && { grantId: text('grant') }),
    ...usePageArguments(PAGE_SIZE),
  };
  const query = useAnswerForViewer(LedgerForSeller, LedgerOfCustomer, variables, { keepPrevious: true });
  const open = list('entry');
  return (
    <Card flush title="Entries" hint="Each with the balance after it">
      <Answered query={query} lines={10}>
        {({ creditLedger: { edges, pageInfo } }) =>
          edges.length === 0 ? (
            <State icon="ledger" title="No entries">
              Nothing in this ledger passes the filters.
            </State>
          ) : (
            <>
              <Table
                label="Ledger entries"
                columns={COLUMNS}
                rows={edges.map(({ node }) => node)}
                rowKey={({ id }) => id}
                detail={({ id, event }) => (event && open.includes(id) ? <ChargeDetail eventId={event.id} /> : null)}
              />
              <Pager info={pageInfo} />
            </>
          )
        }
      </Answered>
    </Card>
  );
}

const COLUMNS: readonly Column<Entry>[] = [
  { key: 'at', head: `Time, ${LOCAL_ZONE}`, from: 'tablet', cell: ({ at }) => <Instant value={at} form="second" withZone={false} /> },
  { key: 'what', head: 'What', cell: (entry) => <What entry={entry} /> },
  {
    key: 'amount',
    head: 'Amount',
    align: 'end',
    cell: ({ amount, balanceAfter }) => (
      <span className="two-lines">
        <Amount value={amount} signed />
        <span className="only-narrow muted small">
          <Amount value={balanceAfter} />
        </span>
      </span>
    ),
  },
  {
    key: 'balance',
    head: 'Balance',
    align: 'end',
    from: 'tablet',
    cell: ({ balanceAfter, currency }) => (
      <span className="two-lines">
        <Amount value={balanceAfter} />
        <span className="muted small">{currency.unitPlural}</span>
      </span>
    ),
  },
  { key: 'sequence', head: 'No.', align: 'end', from: 'desktop', cell: ({ sequence }) => <span className="muted">{sequence}</span> },
  { key: 'open', head: <span className="only-spoken">Calculation</span>, align: 'end', cell: (entry) => entry.event && <OpenButton id={entry.id} /> },
];

/** What kind of entry it is, of what, and by which grant. */
function What({ entry: { at, kind, event, grant, resourceId } }: { readonly entry: Entry }) {
  return (
    <span className="two-lines name-cell">
      <span>
        <Badge tone={KIND_TONES[kind]}>{KIND_NAMES[kind]}</Badge>{' '}
        {event ? (event.feature?.name ?? 'Stated amount') : grant ? grantName(grant) : 'Overdraft'}
      </span>
      <span className="muted small">
        {event && (grant ? `by ${grantName(grant)}` : 'by overdraft')}
        {resourceId !== null && ` · pool of ${resourceId}`}
      </span>
      <span className="only-narrow muted small">
        <Instant value={at} form="second" withZone={false} />
      </span>
    </span>
  );
}

/** Which entries are open is in the address, so that one charge can be shown to somebody else. */
function OpenButton({ id }: { readonly id: string }) {
  const { list, change, text } = useAddress();
  const open = list('entry');
  const isOpen = open.includes(id);
  const toggle = (): void =>
    change({ entry: isOpen ? open.filter((one) => one !== id) : [...open, id], after: text('after'), before: text('before') }, { replace: true });
  return (
    <Button look="quiet" aria-expanded={isOpen} aria-label="Calculation" onClick={toggle}>
      <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} size={14} />
    </Button>
  );
}
