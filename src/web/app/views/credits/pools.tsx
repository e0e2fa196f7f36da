import './pools.css';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { ApiError } from '../../api/api-error';
import { useAnswer } from '../../api/use-api';
import { Amount } from '../../components/amount';
import { Badge } from '../../components/badge';
import { Card, Fact, Facts } from '../../components/card';
import { RelativeInstant } from '../../components/instant';
import { Answered, State } from '../../components/state';
import { Sparkline } from '../../charts/sparkline';
import { drawnSize, isNegative, isZero } from '../../format/amount';
import { dayText, LOCAL_ZONE } from '../../format/instant';
import { isLow, runOut, runOutText, type Expiry, type RunOut } from '../../format/run-out';
import { GrantsForSeller, GrantsOfCustomer, PaceOfPool, PoolsOfCustomer, type PoolsOfCustomerQuery } from '../../generated/credits';
import { useAnswerForViewer } from '../../session/use-viewer';
import type { HeadCustomer } from '../customer/customer-page';
import { poolKey, poolName, type Burnable } from './burn-order';
import { MOST_POOLS } from './use-balance';

type Pool = PoolsOfCustomerQuery['creditBalances']['edges'][number]['node'];

/** Those that are active; what of them expires, and when, is looked at. */
const MOST_GRANTS = 100;

interface PoolsProps {
  readonly customer: HeadCustomer;
  /** What begins the first one. */
  readonly grant: ReactNode;
  /** The grants they are made of; where there is no pool, there are none. */
  readonly children: ReactNode;
}

/** A card for every pool: the customer's own per currency, and those of its resources. */
export function Pools({ customer, grant, children }: PoolsProps) {
  const query = useAnswer(PoolsOfCustomer, { customerId: customer.id, first: MOST_POOLS });
  if (query.data?.creditBalances.edges.length === 0)
    return (
      <State icon="currencies" title="No credits yet" action={grant}>
        {customer.archivedAt != null
          ? 'This customer is archived and gets no new credits.'
          : 'Nothing was granted and nothing charged. Granted credits can be used at once.'}
      </State>
    );
  return (
    <>
      <PoolCards query={query} customer={customer} />
      {children}
    </>
  );
}

function PoolCards({ query, customer }: { readonly query: UseQueryResult<PoolsOfCustomerQuery, ApiError>; readonly customer: HeadCustomer }) {
  const active = { customerId: customer.id, status: 'ACTIVE' as const, first: MOST_GRANTS };
  const grants = useAnswerForViewer(GrantsForSeller, GrantsOfCustomer, active).data?.creditGrants.edges.map(({ node }) => node);
  return (
    <Answered query={query}>
      {({ creditBalances: { edges, pageInfo } }) => (
        <>
          {edges.map(({ node }) => (
            <PoolCard key={poolKey(node)} customer={customer} pool={node} expiries={grants && expiriesOf(node, grants)} />
          ))}
          {pageInfo.hasNextPage && (
            <p className="muted">Only the first {MOST_POOLS} pools are shown. The ledger and the breakdown have all of them.</p>
          )}
        </>
      )}
    </Answered>
  );
}

interface PoolCardProps {
  readonly customer: HeadCustomer;
  readonly pool: Pool;
  /** The soonest first; undefined: not known yet. */
  readonly expiries: readonly Expiry[] | undefined;
}

function expiriesOf(pool: Pool, grants: readonly (Burnable & { readonly remaining: string })[]): Expiry[] {
  const own = grants.filter((grant) => poolKey(grant) === poolKey(pool));
  const expiries = own.flatMap(({ expiresAt, remaining }) => (expiresAt === null ? [] : [{ at: expiresAt, amount: remaining }]));
  return expiries.sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

/** What was used in the last month, day by day. */
function usePace(customerId: string, { currency, resourceId }: Pool) {
  const input = { customerId, currencyId: currency.id, resourceId, range: 'LAST_MONTH' as const, timeZone: LOCAL_ZONE };
  const { data } = useAnswer(PaceOfPool, { input });
  return data && { credits: data.creditUsage.total.credits, points: data.creditUsage.edges[0]?.node.points ?? [] };
}

function PoolCard({ customer, pool, expiries }: PoolCardProps) {
  const { currency, balance, overdraft } = pool;
  const pace = usePace(customer.id, pool);
  const state = pace && expiries ? runOut(balance, pace.credits, expiries, Date.now()) : null;
  return (
    <Card title={poolName(pool)}>
      <div className="pool">
        <div className="pool-balance">
          <p className="muted small">Balance</p>
          <p className={isZero(overdraft) ? 'pool-amount' : 'pool-amount bad'}>
            <Amount value={balance} />
          </p>
          <p className="row">
            <span className="muted">{currency.unitPlural}</span>
            {state && isLow(state) && (
              <Badge tone={state.kind === 'lasts' ? 'warn' : 'bad'}>{state.kind === 'lasts' ? 'Low' : runOutText(state)}</Badge>
            )}
          </p>
          {(isNegative(balance) || isZero(balance)) && <Beyond customer={customer} pool={pool} />}
        </div>
        <PoolFacts pool={pool} pace={pace?.credits ?? null} state={state} expiry={expiries?.[0]} />
        {pace && pace.points.length > 0 && (
          <div className="pool-pace">
            <p className="muted small">Used by day, last month</p>
            <Sparkline
              sizes={pace.points.map(({ credits }) => drawnSize(credits))}
              label="Credits used by day in the last month. The usage view has them in a table."
            />
          </div>
        )}
      </div>
    </Card>
  );
}

/** What becomes of usage that no grant pays. A customer is not told the rule. */
function Beyond({ customer: { overdraftPolicies, archivedAt }, pool: { currency, overdraft } }: Pick<PoolCardProps, 'customer' | 'pool'>) {
  if (archivedAt != null) return null;
  const rule = overdraftPolicies?.find((one) => one.currency.id === currency.id);
  return (
    <p className="muted small">
      {!isZero(overdraft) && 'The next grant settles it. '}
      {overdraftPolicies && BEYOND[rule?.policy ?? 'ALLOW']}
      {rule?.limit != null && <Amount value={rule.limit} unit={currency.unitPlural} />}
    </p>
  );
}

const BEYOND = { ALLOW: 'Usage goes on by overdraft.', FORBID: 'More usage is refused.', LIMIT: 'Usage goes on to an overdraft of ' };

interface PoolFactsProps {
  readonly pool: Pool;
  readonly expiry: Expiry | undefined;
  readonly pace: string | null;
  readonly state: RunOut | null;
}

function PoolFacts({ pool, pace, state, expiry }: PoolFactsProps) {
  const { granted, consumed, forfeited, nextChange } = pool;
  return (
    <Facts>
      <Fact label="Granted">
        <Amount value={granted} />
      </Fact>
      <Fact label="Used" note={pace !== null && !isZero(pace) && <>{<Amount value={pace} places={4} />} in the last month</>}>
        <Amount value={consumed} />
      </Fact>
      {!isZero(forfeited) && (
        <Fact label="Expired or voided">
          <Amount value={forfeited} />
        </Fact>
      )}
      {nextChange?.kind === 'GRANTED' && expiry && (
        <Fact label="Expires next" note={<RelativeInstant value={expiry.at} />}>
          <Amount value={expiry.amount} />
        </Fact>
      )}
      {nextChange && (
        <Fact label={nextChange.kind === 'EXPIRED' ? 'Expires next' : 'Comes next'} note={<RelativeInstant value={nextChange.at} />}>
          <Amount value={nextChange.amount} />
        </Fact>
      )}
      {state?.kind === 'lasts' && (
        <Fact label="Lasts about" note={`until ${dayText(state.until.toISOString())}, ${state.expires ? 'then it expires' : 'at last month’s pace'}`}>
          {runOutText(state)}
        </Fact>
      )}
      {state?.kind === 'unused' && (
        <Fact label="Lasts" note="Nothing used in the last month">
          –
        </Fact>
      )}
    </Facts>
  );
}
