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
import { drawnSize, isZero } from '../../format/amount';
import { dayText, LOCAL_ZONE } from '../../format/instant';
import { isLow, runOut, runOutText, type RunOut } from '../../format/run-out';
import { PaceOfPool, PoolsOfCustomer, type PoolsOfCustomerQuery } from '../../generated/credits';

type Pool = PoolsOfCustomerQuery['creditBalances']['edges'][number]['node'];

const MOST_POOLS = 50;

interface PoolsProps {
  readonly customerId: string;
  /** What begins the first one. */
  readonly grant: ReactNode;
  /** The grants they are made of; where there is no pool, there are none. */
  readonly children: ReactNode;
}

/** A card for every pool: the customer's own per currency, and those of its resources. */
export function Pools({ customerId, grant, children }: PoolsProps) {
  const query = useAnswer(PoolsOfCustomer, { customerId, first: MOST_POOLS });
  if (query.data?.creditBalances.edges.length === 0)
    return (
      <State icon="currencies" title="No credits yet" action={grant}>
        Nothing was granted to this customer, and nothing charged. What is granted can be drawn from at once.
      </State>
    );
  return (
    <>
      <PoolCards query={query} customerId={customerId} />
      {children}
    </>
  );
}

function PoolCards({ query, customerId }: { readonly query: UseQueryResult<PoolsOfCustomerQuery, ApiError>; readonly customerId: string }) {
  return (
    <Answered query={query}>
      {({ creditBalances: { edges, pageInfo } }) => (
        <>
          {edges.map(({ node }) => (
            <PoolCard key={`${node.currency.id} ${node.resourceId ?? ''}`} customerId={customerId} pool={node} />
          ))}
          {pageInfo.hasNextPage && (
            <p className="muted">Only the first {MOST_POOLS} pools are shown. The ledger and the breakdown have all of them.</p>
          )}
        </>
      )}
    </Answered>
  );
}

/** What was used in the last month, day by day. */
function usePace(customerId: string, { currency, resourceId }: Pool) {
  const input = { customerId, currencyId: currency.id, resourceId, range: 'LAST_MONTH' as const, timeZone: LOCAL_ZONE };
  const { data } = useAnswer(PaceOfPool, { input });
  return data && { credits: data.creditUsage.total.credits, points: data.creditUsage.edges[0]?.node.points ?? [] };
}

function PoolCard({ customerId, pool }: { readonly customerId: string; readonly pool: Pool }) {
  const { currency, resourceId, balance, overdraft } = pool;
  const pace = usePace(customerId, pool);
  const state = pace ? runOut(balance, pace.credits, Date.now()) : null;
  return (
    <Card
      title={resourceId === null ? currency.name : `${currency.name} of ${resourceId}`}
      {...(resourceId !== null && { hint: 'A pool of its own' })}
    >
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
        </div>
        <PoolFacts pool={pool} pace={pace?.credits ?? null} state={state} />
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

interface PoolFactsProps {
  readonly pool: Pool;
  readonly pace: string | null;
  readonly state: RunOut | null;
}

function PoolFacts({ pool, pace, state }: PoolFactsProps) {
  const { granted, consumed, forfeited, overdraft, nextChange } = pool;
  return (
    <Facts>
      <Fact label="Granted">
        <Amount value={granted} />
      </Fact>
      <Fact label="Used" note={pace !== null && <>{<Amount value={pace} places={4} />} in the last month</>}>
        <Amount value={consumed} />
      </Fact>
      <Fact label="Expired or voided">
        <Amount value={forfeited} />
      </Fact>
      {!isZero(overdraft) && (
        <Fact label="Overdrawn" note="The next grant settles it">
          <span className="bad">
            <Amount value={overdraft} />
          </span>
        </Fact>
      )}
      {nextChange && (
        <Fact label={nextChange.kind === 'EXPIRED' ? 'Expires next' : 'Comes next'} note={<RelativeInstant value={nextChange.at} />}>
          <Amount value={nextChange.amount} />
        </Fact>
      )}
      {state && state.kind !== 'overdrawn' && (
        <Fact label="Lasts about" note={state.kind === 'lasts' ? `until ${dayText(state.until.toISOString())}, at last month’s pace` : undefined}>
          {runOutText(state)}
        </Fact>
      )}
    </Facts>
  );
}
