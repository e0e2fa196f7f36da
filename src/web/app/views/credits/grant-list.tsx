import type { ReactNode } from 'react';
import { Amount } from '../../components/amount';
import { Badge, type Tone } from '../../components/badge';
import { Button } from '../../components/button';
import { Card } from '../../components/card';
import { SelectField } from '../../components/field';
import { Instant } from '../../components/instant';
import { Pager } from '../../components/pager';
import { Answered, State } from '../../components/state';
import { Table, type Column } from '../../components/table';
import { CATEGORY_NAMES, grantName } from '../../format/grant';
import { GrantsForSeller, GrantsOfCustomer, type GrantsForSellerQuery, type GrantsOfCustomerQuery, type GrantStatus } from '../../generated/credits';
import { useAddress, usePageArguments } from '../../navigation/use-address';
import { useDialogAddress } from '../../navigation/use-dialog-address';
import { useAnswerForViewer, useMayEdit } from '../../session/use-viewer';
import { burnRanks, inBurnOrder, poolKey, poolName } from './burn-order';

type Grant = (GrantsForSellerQuery | GrantsOfCustomerQuery)['creditGrants']['edges'][number]['node'];

const PAGE_SIZE = 100;
const STATUSES: readonly GrantStatus[] = ['ACTIVE', 'SCHEDULED', 'DEPLETED', 'EXPIRED', 'VOIDED'];
const STATUS_NAMES: Record<GrantStatus, string> = {
  ACTIVE: 'Active',
  SCHEDULED: 'Scheduled',
  DEPLETED: 'Used up',
  EXPIRED: 'Expired',
  VOIDED: 'Voided',
};
const STATUS_TONES: Record<GrantStatus, Tone> = { ACTIVE: 'good', SCHEDULED: 'accent', DEPLETED: 'neutral', EXPIRED: 'neutral', VOIDED: 'neutral' };

function statusFrom(text: string | null): GrantStatus | null {
  if (text === 'all') return null;
  return STATUSES.find((status) => status === text?.toUpperCase()) ?? 'ACTIVE';
}

export function GrantList({ customerId, grant }: { readonly customerId: string; readonly grant: ReactNode }) {
  const { text, change } = useAddress();
  const status = statusFrom(text('grants'));
  const variables = { customerId, status, ...usePageArguments(PAGE_SIZE) };
  const query = useAnswerForViewer(GrantsForSeller, GrantsOfCustomer, variables, { keepPrevious: true });
  const choice = (
    <div className="inline-field">
      <SelectField
        label="State"
        value={status?.toLowerCase() ?? 'all'}
        options={[...STATUSES.map((one) => ({ value: one.toLowerCase(), label: STATUS_NAMES[one] })), { value: 'all', label: 'All' }]}
        onChange={(event) => change({ grants: event.target.value === 'active' ? null : event.target.value })}
      />
    </div>
  );
  const hint = status === 'ACTIVE' ? 'In the order in which they are used' : 'Last granted first';
  return (
    <Card flush title="Grants" hint={hint} actions={choice}>
      <Answered query={query}>
        {({ creditGrants: { edges, pageInfo } }) => (
          <>
            <GrantTable
              grant={grant}
              grants={edges.map(({ node }) => node)}
              status={status}
              isComplete={!pageInfo.hasNextPage && !pageInfo.hasPreviousPage}
            />
            <Pager info={pageInfo} />
          </>
        )}
      </Answered>
    </Card>
  );
}

interface GrantTableProps {
  /** What begins a new one. */
  readonly grant: ReactNode;
  readonly grants: readonly Grant[];
  readonly status: GrantStatus | null;
  /** Only then is it known which burns first. */
  readonly isComplete: boolean;
}

function GrantTable({ grant, grants, status, isComplete }: GrantTableProps) {
  const mayEdit = useMayEdit();
  if (grants.length === 0)
    return (
      <State icon="currencies" title={status === 'ACTIVE' ? 'No active grants' : 'No such grants'} action={status === 'ACTIVE' && grant}>
        {status === 'ACTIVE' ? 'There is nothing left to be used.' : 'None of this customer’s grants is in this state.'}
      </State>
    );
  const isOrdered = status === 'ACTIVE' && isComplete;
  const ranks = isOrdered ? burnRanks(grants) : null;
  const rows = isOrdered ? inBurnOrder([...grants].reverse()) : grants;
  const isMixed = status === null;
  const hasPools = new Set(grants.map(poolKey)).size > 1;
  const columns = [
    ...(ranks ? [rankColumn(ranks)] : []),
    whatColumn(isMixed),
    ...COLUMNS,
    ...(isMixed ? [STATUS_COLUMN] : []),
    ...(mayEdit ? [VOID_COLUMN] : []),
  ];
  return (
    <Table
      label="Grants with what is left of them"
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      {...(isOrdered && hasPools && { group: poolName })}
    />
  );
}

function rankColumn(ranks: ReadonlyMap<string, number>): Column<Grant> {
  return {
    key: 'rank',
    head: 'Order',
    from: 'tablet',
    cell: ({ id }) => <span className="muted">{ranks.get(id)}</span>,
  };
}

/** What it is; on telephones also from and until when and, among grants of all states, in which. */
function whatColumn(isMixed: boolean): Column<Grant> {
  return {
    key: 'what',
    head: 'Grant',
    cell: (grant) => (
      <span className="two-lines">
        <span>{grantName(grant)}</span>
        <span className="muted small">
          {['reason' in grant && grant.reason && CATEGORY_NAMES[grant.category], grant.resourceId !== null && `of ${grant.resourceId}`]
            .filter(Boolean)
            .join(' · ')}
        </span>
        {grant.status === 'SCHEDULED' && (
          <span className="only-narrow muted small">
            from <Instant value={grant.effectiveAt} form="day" />
          </span>
        )}
        {grant.expiresAt !== null && (
          <span className="only-narrow muted small">
            to <Instant value={grant.expiresAt} form="day" />
          </span>
        )}
        {isMixed && (
          <span className="only-narrow">
            <StatusBadge status={grant.status} />
          </span>
        )}
      </span>
    ),
  };
}

const COLUMNS: readonly Column<Grant>[] = [
  {
    key: 'remaining',
    head: 'Left',
    align: 'end',
    cell: ({ remaining, amount, currency }) => (
      <span className="two-lines">
        <strong className="medium">
          <Amount value={remaining} />
        </strong>
        <span className="muted small">
          of <Amount value={amount} /> {currency.unitPlural}
        </span>
      </span>
    ),
  },
  { key: 'priority', head: 'Priority', align: 'end', from: 'desktop', cell: ({ priority }) => priority },
  { key: 'from', head: 'From', from: 'tablet', cell: ({ effectiveAt }) => <Instant value={effectiveAt} form="day" /> },
  {
    key: 'expires',
    head: 'Expires',
    from: 'tablet',
    cell: ({ expiresAt }) => (expiresAt === null ? <span className="muted">Never</span> : <Instant value={expiresAt} form="day" />),
  },
];

const STATUS_COLUMN: Column<Grant> = {
  key: 'status',
  head: 'State',
  from: 'tablet',
  cell: ({ status }) => <StatusBadge status={status} />,
};

function StatusBadge({ status }: { readonly status: GrantStatus }) {
  return <Badge tone={STATUS_TONES[status]}>{STATUS_NAMES[status]}</Badge>;
}

const VOID_COLUMN: Column<Grant> = {
  key: 'void',
  head: <span className="only-spoken">Actions</span>,
  align: 'end',
  cell: (grant) => (grant.status === 'ACTIVE' || grant.status === 'SCHEDULED' ? <VoidButton grant={grant} /> : null),
};

function VoidButton({ grant }: { readonly grant: Grant }) {
  const { show } = useDialogAddress();
  return (
    <Button look="quiet" onClick={() => show('void', grant.id)} aria-label={`Void ${grantName(grant)}`}>
      Void
    </Button>
  );
}
