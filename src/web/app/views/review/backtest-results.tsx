import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useAnswer } from '../../api/use-api';
import { Amount } from '../../components/amount';
import { Badge } from '../../components/badge';
import { Fact, Facts } from '../../components/card';
import { ChangeAmount } from '../../components/change-amount';
import { Pager } from '../../components/pager';
import { Answered, State } from '../../components/state';
import { Table, type Column } from '../../components/table';
import { countText, isZero, sumAmounts } from '../../format/amount';
import { BacktestResultOf, MoversOfBacktest, type BacktestResultOfQuery, type MoversOfBacktestQuery } from '../../generated/review';
import { paths } from '../../navigation/paths';
import { usePageArguments } from '../../navigation/use-address';
import { ChangeHistogram } from './change-histogram';
import { RefusedUsage } from './refused-usage';
import { RunOuts } from './run-outs';

export type Result = NonNullable<NonNullable<BacktestResultOfQuery['backtest']>['result']>;
export type CurrencyImpact = Result['currencies'][number];
type FeatureImpact = CurrencyImpact['features'][number];
type Mover = NonNullable<NonNullable<MoversOfBacktestQuery['backtest']>['result']>['currencies'][number]['movers']['edges'][number]['node'];
type Impact = CurrencyImpact['total'];

const MOVERS_SHOWN = 10;

/** What a back-test has found, currency by currency. */
export function BacktestResults({ id }: { readonly id: string }) {
  const query = useAnswer(BacktestResultOf, { id });
  return (
    <Answered query={query}>
      {({ backtest }) => {
        const result = backtest?.result;
        if (!result || result.currencies.length === 0)
          return (
            <State icon="empty" title="There was no usage">
              No customer of the plan used anything in that time. Try a longer one.
            </State>
          );
        return (
          <div className="results">
            {result.currencies.map((impact) => (
              <CurrencyResults
                key={impact.currency.id}
                id={id}
                impact={impact}
                refusedCredits={sumAmounts(
                  result.refusals.filter(({ currency }) => currency.id === impact.currency.id).map(({ oldCredits }) => oldCredits),
                )}
                isOne={result.currencies.length === 1}
              />
            ))}
            <RefusedUsage id={id} refusals={result.refusals} />
            <RunOuts id={id} counts={result.runOutCounts} />
          </div>
        );
      }}
    </Answered>
  );
}

interface CurrencyResultsProps {
  readonly id: string;
  readonly impact: CurrencyImpact;
  /** What was charged for usage that would be refused: no price of the draft makes it cheaper. */
  readonly refusedCredits: string;
  readonly isOne: boolean;
}

function CurrencyResults({ id, impact, refusedCredits, isOne }: CurrencyResultsProps) {
  const { currency, total, features, distribution } = impact;
  return (
    <>
      {!isOne && <h3 className="result-title">{currency.name}</h3>}
      <div className="result-part">
        <Facts>
          <Fact label="Was charged" note={currency.unitPlural}>
            <Amount value={total.oldCredits} places={2} />
          </Fact>
          <Fact label="Would be charged" note={currency.unitPlural}>
            <Amount value={total.newCredits} places={2} />
          </Fact>
          <Fact label="Change" note={!isZero(refusedCredits) && <RefusedPart credits={refusedCredits} />}>
            <ChangeAmount change={total.change} relative={total.relativeChange} />
          </Fact>
          <Fact
            label="Customers"
            note={`${countText(distribution.increasedCount)} more, ${countText(distribution.decreasedCount)} less, ${countText(distribution.unchangedCount)} the same`}
          >
            {countText(distribution.customerCount)}
          </Fact>
          <Fact
            label="Events"
            note={
              total.refusedCount > 0 ? (
                <strong className="bad">{`${countText(total.refusedCount)} would be refused`}</strong>
              ) : (
                'none would be refused'
              )
            }
          >
            {countText(total.eventCount)}
          </Fact>
        </Facts>
      </div>
      <section className="result-part" aria-label="By feature">
        <h3>By feature</h3>
        <div className="framed">
          <Table label={`Change by feature in ${currency.name}`} columns={FEATURE_COLUMNS} rows={features} rowKey={({ feature }) => feature.id} />
        </div>
      </section>
      <section className="result-part" aria-label="Change per customer">
        <h3>Change per customer</h3>
        {total.refusedCount > 0 && <p className="muted small">Usage that would be refused counts as 0 here.</p>}
        <ChangeHistogram distribution={distribution} />
      </section>
      <Movers id={id} currency={currency} />
    </>
  );
}

function RefusedPart({ credits }: { readonly credits: string }) {
  return (
    <span className="bad">
      of it <Amount value={`-${credits}`} places={2} signed /> from refused usage
    </span>
  );
}

/** Whose charges change, those that change most first. */
function Movers({ id, currency }: { readonly id: string; readonly currency: CurrencyImpact['currency'] }) {
  const list = `movers-${currency.id}`;
  const { data } = useAnswer(MoversOfBacktest, { id, ...usePageArguments(MOVERS_SHOWN, list) }, { keepPrevious: true });
  const movers = data?.backtest?.result?.currencies.find((one) => one.currency.id === currency.id)?.movers;
  if (!movers) return null;
  const { edges, pageInfo } = movers;
  const hasChanges = edges.some(({ node }) => !isZero(node.impact.change));
  if (!hasChanges && !pageInfo.hasPreviousPage) return null;
  return (
    <section className="result-part" aria-label="Biggest movers">
      <h3>Biggest movers</h3>
      <div className="framed">
        <Table
          label={`Biggest movers in ${currency.name}`}
          columns={MOVER_COLUMNS}
          rows={edges.map(({ node }) => node)}
          rowKey={({ customer }) => customer.id}
        />
        <Pager info={pageInfo} list={list} />
      </div>
    </section>
  );
}

const IMPACT_COLUMNS: readonly Column<{ readonly impact: Impact }>[] = [
  { key: 'events', head: 'Events', align: 'end', from: 'tablet', cell: ({ impact }) => <EventCount impact={impact} /> },
  { key: 'old', head: 'Was charged', align: 'end', from: 'tablet', cell: ({ impact }) => <Amount value={impact.oldCredits} places={2} /> },
  { key: 'new', head: 'Would be', align: 'end', cell: ({ impact }) => <Amount value={impact.newCredits} places={2} /> },
  { key: 'change', head: 'Change', align: 'end', cell: ({ impact }) => <ChangeAmount change={impact.change} relative={impact.relativeChange} /> },
];

const FEATURE_COLUMNS: readonly Column<FeatureImpact>[] = [
  { key: 'feature', head: 'Feature', cell: ({ feature, impact }) => <Named impact={impact}>{feature.name}</Named> },
  ...IMPACT_COLUMNS,
];

const MOVER_COLUMNS: readonly Column<Mover>[] = [
  {
    key: 'customer',
    head: 'Customer',
    cell: ({ customer, impact }) => (
      <Named impact={impact}>
        <Link to={paths.customer(customer.id)}>{customer.name}</Link>
      </Named>
    ),
  },
  ...IMPACT_COLUMNS,
];

function EventCount({ impact }: { readonly impact: Impact }) {
  return (
    <span className="two-lines two-lines-end numeric">
      {countText(impact.eventCount)}
      <RefusedBadge impact={impact} />
    </span>
  );
}

/** What a row is about. Where the events have no column, what is refused of them is said here: else it looks like a price that falls. */
function Named({ impact, children }: { readonly impact: Impact; readonly children: ReactNode }) {
  return (
    <span className="two-lines">
      {children}
      {impact.refusedCount > 0 && (
        <span className="only-narrow">
          <RefusedBadge impact={impact} />
        </span>
      )}
    </span>
  );
}

function RefusedBadge({ impact: { refusedCount, eventCount } }: { readonly impact: Impact }) {
  if (refusedCount === 0) return null;
  return <Badge tone="bad">{refusedCount === eventCount ? 'All refused' : `${countText(refusedCount)} refused`}</Badge>;
}
