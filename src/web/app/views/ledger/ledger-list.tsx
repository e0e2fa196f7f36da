import './ledger-list.css';
import type { ApiError } from '../../api/api-error';
import { Amount } from '../../components/amount';
import { Badge } from '../../components/badge';
import { Button } from '../../components/button';
import { Card } from '../../components/card';
import { Icon } from '../../components/icon';
import { Instant } from '../../components/instant';
import { Pager } from '../../components/pager';
import { Answered, State } from '../../components/state';
import { Table, type Column } from '../../components/table';
import { groupDigits, isNegative } from '../../format/amount';
import { grantName } from '../../format/grant';
import { LOCAL_ZONE } from '../../format/instant';
import { LedgerForSeller, LedgerOfCustomer, type LedgerForSellerQuery, type LedgerOfCustomerQuery } from '../../generated/ledger';
import { useAddress, usePageArguments } from '../../navigation/use-address';
import { useAnswerForViewer } from '../../session/use-viewer';
import { ChargeDetail } from './charge-detail';
import { countFilters, WITHOUT_FILTERS } from './filters';
import { LedgerFilters } from './ledger-filters';
import { isKind, KIND_NAMES, KIND_TONES } from './kinds';

type Entry = (LedgerForSellerQuery | LedgerOfCustomerQuery)['creditLedger']['edges'][number]['node'];

const PAGE_SIZE = 25;

/** The lines of all pools of a customer, each with the balance after it; usage opens into its charge. Where there are none at all, there is nothing to filter. */
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
  const missing = query.error && missingFrom(query.error, text);
  const isBlank = query.data?.creditLedger.edges.length === 0 && countFilters(text) === 0;
  return (
    <>
      {!isBlank && <LedgerFilters customerId={customerId} />}
      <Card flush title="Entries" hint="Each with the balance after it">
        {missing ? (
          <NoEntries>{missing}</NoEntries>
        ) : (
          <Answered query={query} lines={10}>
            {({ creditLedger: { edges, pageInfo } }) =>
              edges.length === 0 ? (
                <NoEntries />
              ) : (
                <>
                  <Table
                    label="Ledger entries"
                    columns={columnsOf(edges.map(({ node }) => node))}
                    rows={edges.map(({ node }) => node)}
                    rowKey={({ id }) => id}
                    detail={({ id, event }) => (event && open.includes(id) ? <ChargeDetail eventId={event.id} /> : null)}
                  />
                  <Pager info={pageInfo} />
                </>
              )
            }
          </Answered>
        )}
      </Card>
    </>
  );
}

/** Says what of the filters is not there; null where it is another problem. */
function missingFrom({ code }: ApiError, text: (name: string) => string | null): string | null {
  if (code === 'FEATURE_NOT_FOUND') return `No feature has the id ${text('feature')}.`;
  if (code === 'CURRENCY_NOT_FOUND') return `No currency has the id ${text('currency')}.`;
  return code === 'CREDIT_GRANT_NOT_FOUND' ? 'The customer has no such grant.' : null;
}

function NoEntries({ children }: { readonly children?: string }) {
  const { text, change } = useAddress();
  if (countFilters(text) === 0)
    return (
      <State icon="ledger" title="No entries yet">
        What is granted, used or expires is booked here.
      </State>
    );
  return (
    <State icon="ledger" title="No such entries" action={<Button onClick={() => change(WITHOUT_FILTERS)}>Remove filters</Button>}>
      {children ?? 'Nothing in this ledger passes the filters.'}
    </State>
  );
}

/** The unit stands in the head where all entries have the same. */
function columnsOf(entries: readonly Entry[]): readonly Column<Entry>[] {
  const units = new Set(entries.map(({ currency }) => currency.unitPlural));
  const unit = units.size === 1 ? [...units][0] : null;
  return [
    { key: 'at', head: `Time, ${LOCAL_ZONE}`, from: 'tablet', cell: ({ at }) => <Instant value={at} form="second" withZone={false} /> },
    { key: 'what', head: 'What', cell: (entry) => <What entry={entry} /> },
    {
      key: 'amount',
      head: (
        <>
          {unit === null ? 'Amount' : `Amount, ${unit}`}
          <span className="only-narrow">Balance after</span>
        </>
      ),
      align: 'end',
      cell: (entry) => (
        <span className="two-lines ledger-amounts">
          <Amount value={entry.amount} signed />
          <span className="only-narrow muted small">
            <Balance entry={entry} hasUnit={unit === null} />
          </span>
        </span>
      ),
    },
    {
      key: 'balance',
      head: unit === null ? 'Balance' : `Balance, ${unit}`,
      align: 'end',
      from: 'tablet',
      cell: (entry) => <Balance entry={entry} hasUnit={unit === null} />,
    },
    { key: 'sequence', head: 'No.', align: 'end', from: 'desktop', cell: ({ sequence }) => <span className="muted">{groupDigits(sequence)}</span> },
    {
      key: 'open',
      head: <span className="only-spoken">Calculation</span>,
      align: 'end',
      cell: (entry) => entry.event && <OpenButton id={entry.id} />,
    },
  ];
}

function Balance({ entry: { balanceAfter, currency }, hasUnit }: { readonly entry: Entry; readonly hasUnit: boolean }) {
  return (
    <span className={isNegative(balanceAfter) ? 'bad' : undefined}>
      <Amount value={balanceAfter} {...(hasUnit && { unit: currency.unitPlural })} />
    </span>
  );
}

/** What kind of entry it is, of what, and by which grant. */
function What({ entry: { at, kind, event, grant, resourceId } }: { readonly entry: Entry }) {
  const source = grant ? grantName(grant) : 'Overdraft';
  const below = [event && (grant ? `by ${source}` : 'by overdraft'), resourceId !== null && `pool of ${resourceId}`].filter(Boolean).join(' · ');
  return (
    <span className="two-lines name-cell">
      <span className="ledger-what">
        <Badge tone={KIND_TONES[kind]}>{KIND_NAMES[kind]}</Badge> {event ? (event.feature?.name ?? 'Stated amount') : source}
      </span>
      {below !== '' && <span className="muted small ledger-source">{below}</span>}
      <span className="only-narrow muted small">
        <Instant value={at} withZone={false} />
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
