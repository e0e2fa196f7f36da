import { Link } from 'wouter';
import { Amount } from '../../components/amount';
import { Badge } from '../../components/badge';
import { Table, type Column } from '../../components/table';
import { isNegative, isZero } from '../../format/amount';
import { isLow, runOut, runOutText } from '../../format/run-out';
import type { CustomersWithCreditsQuery } from '../../generated/customers';
import { paths } from '../../navigation/paths';

type Row = CustomersWithCreditsQuery['customerCredits']['edges'][number]['node'];

export const DEFAULT_SORT = '-consumed';
const SHOWN_PLACES = 4;

const CUSTOMER: Column<Row> = {
  key: 'customer',
  head: 'Customer',
  sort: 'name',
  cell: ({ customer, consumed }) => (
    <span className="two-lines">
      <span>
        <Link to={paths.credits(customer.id)} className="strong-link">
          {customer.name}
        </Link>{' '}
        {customer.archivedAt && <Badge>Archived</Badge>}
      </span>
      <code className="muted">{customer.id}</code>
      <span className="only-narrow muted small">
        used <Amount value={consumed} places={SHOWN_PLACES} />
      </span>
    </span>
  ),
};

const PLAN: Column<Row> = {
  key: 'plan',
  head: 'Plan',
  from: 'desktop',
  cell: ({ customer: { planVersion } }) =>
    planVersion ? (
      <span>
        {planVersion.plan.name} <span className="muted">v{planVersion.number}</span>
      </span>
    ) : (
      <span className="muted">None</span>
    ),
};

/** What is low says so in words, beside the number. Pools do not pay for one another: of several, each lasts as its customer's page says. */
function Lasts({ row, isLabelled = false }: { readonly row: Row; readonly isLabelled?: boolean }) {
  const { customer, balance, consumed, expiries, poolCount } = row;
  if (customer.archivedAt) return isLabelled ? null : <span className="muted">–</span>;
  if (poolCount === 0) return <span className="muted">No credits yet</span>;
  const state = runOut(balance, consumed, expiries, Date.now());
  if (state.kind === 'overdrawn' || state.kind === 'empty') return <Badge tone="bad">{runOutText(state)}</Badge>;
  if (poolCount > 1) return <span className="muted">{`${isLabelled ? 'in' : 'In'} ${poolCount} pools`}</span>;
  if (isLow(state)) return <Badge tone="warn">{`Low: ${runOutText(state).toLowerCase()}`}</Badge>;
  if (state.kind !== 'lasts') return <span className="muted">{runOutText(state)}</span>;
  const label = state.expires ? 'expires in' : 'lasts';
  return (
    <span className="muted">
      {isLabelled ? `${label} ${runOutText(state).toLowerCase()}` : `${runOutText(state)}${state.expires ? ', then expires' : ''}`}
    </span>
  );
}

function columns(): readonly Column<Row>[] {
  return [
    CUSTOMER,
    PLAN,
    {
      key: 'consumed',
      head: 'Used, last month',
      align: 'end',
      sort: '-consumed',
      from: 'tablet',
      cell: ({ consumed }) => <Amount value={consumed} places={SHOWN_PLACES} />,
    },
    {
      key: 'balance',
      head: 'Balance',
      align: 'end',
      sort: 'balance',
      cell: (row) => (
        <span className="two-lines">
          <strong className={isNegative(row.balance) ? 'medium bad' : 'medium'}>
            <Amount value={row.balance} places={SHOWN_PLACES} />
          </strong>
          {!isZero(row.overdraft) && row.balance !== `-${row.overdraft}` && (
            <span className="small bad">
              <Amount value={row.overdraft} places={SHOWN_PLACES} /> owed
            </span>
          )}
          <span className="only-narrow small">
            <Lasts row={row} isLabelled />
          </span>
        </span>
      ),
    },
    { key: 'lasts', head: 'Lasts about', from: 'tablet', cell: (row) => <Lasts row={row} /> },
  ];
}

const COLUMNS = columns();

export function CustomerTable({ rows, unit }: { readonly rows: readonly Row[]; readonly unit: string }) {
  return <Table label={`Customers, in ${unit}`} columns={COLUMNS} rows={rows} rowKey={({ customer }) => customer.id} defaultSort={DEFAULT_SORT} />;
}
