import { useState } from 'react';
import { useAnswer, useChange } from '../../api/use-api';
import { Badge } from '../../components/badge';
import { Button } from '../../components/button';
import { Card } from '../../components/card';
import { FormFailure, SelectField } from '../../components/field';
import { Instant } from '../../components/instant';
import { State } from '../../components/state';
import { countOf, countText } from '../../format/amount';
import { BacktestDraft, BacktestState, CancelBacktest } from '../../generated/review';
import type { PlanRate } from '../plans/plan-rate';
import { BacktestResults } from './backtest-results';
import { isOver, useBacktest, type Backtest } from './use-backtest';

const DAY_MS = 24 * 60 * 60 * 1000;
const RANGES = [
  { value: '7', label: 'Last 7 days' },
  { value: '30', label: 'Last 30 days' },
  { value: '90', label: 'Last 90 days' },
  { value: '365', label: 'Last 365 days' },
];

interface BacktestsProps {
  readonly plan: { readonly id: string };
  readonly draft: { readonly number: number; readonly rates: readonly PlanRate[] };
  readonly backtests: readonly Backtest[];
  readonly mayEdit: boolean;
}

/** The draft on the real usage of the past: the latest back-test of it, or the way to one. */
export function Backtests({ plan, draft, backtests, mayEdit }: BacktestsProps) {
  const latest = backtests.find((one) => one.version === draft.number && one.customerIds === null && one.state !== 'CANCELLED');
  const current = useAnswer(BacktestState, { id: latest?.id ?? '' }, { enabled: latest !== undefined }).data?.backtest ?? latest;
  const mayRun = mayEdit && (current === undefined || isOver(current));
  const isOutdated = latest !== undefined && !triesRatesOf(latest, draft.rates);
  return (
    <Card
      title="Back-test"
      hint="What the draft would have charged for usage that really happened, beside what was charged."
      actions={mayRun && <RunForm planId={plan.id} version={draft.number} isAgain={latest !== undefined} />}
      flush
    >
      {latest ? (
        <LatestBacktest key={latest.id} backtest={latest} isOutdated={isOutdated} mayEdit={mayEdit} />
      ) : (
        <State icon="start" title="Not tried on real usage yet">
          {mayEdit ? 'Run a back-test to see whose bill would change, and by how much. It charges nobody.' : 'An administrator can run a back-test.'}
        </State>
      )}
    </Card>
  );
}

function RunForm({ planId, version, isAgain }: { readonly planId: string; readonly version: number; readonly isAgain: boolean }) {
  const [days, setDays] = useState('30');
  const run = useChange(BacktestDraft);
  const from = (): string => new Date(Date.now() - Number(days) * DAY_MS).toISOString();
  return (
    <form
      className="run-form"
      onSubmit={(event) => {
        event.preventDefault();
        run.mutate({ input: { planId, version, from: from() } });
      }}
    >
      <SelectField label="Usage of" value={days} options={RANGES} onChange={(event) => setDays(event.target.value)} />
      <Button type="submit" look={isAgain ? 'plain' : 'primary'} busy={run.isPending}>
        {isAgain ? 'Run again' : 'Run back-test'}
      </Button>
      <FormFailure error={run.error} fields={[]} />
    </form>
  );
}

function LatestBacktest({ backtest: start, isOutdated, mayEdit }: { backtest: Backtest; isOutdated: boolean; mayEdit: boolean }) {
  const backtest = useBacktest(start).data?.backtest ?? start;
  return (
    <>
      <div className="note row-apart">
        <p className="muted small">
          Usage from <Instant value={backtest.from} form="day" /> to <Instant value={backtest.to} />
        </p>
        {isOutdated && <Badge tone="warn">The draft has changed since: run it again</Badge>}
      </div>
      {!isOver(backtest) && <Progress backtest={backtest} mayEdit={mayEdit} />}
      {backtest.state === 'FAILED' && (
        <State icon="warning" title="The back-test did not finish">
          {backtest.failure}
        </State>
      )}
      {backtest.state === 'CANCELLED' && <State icon="empty" title="It was cancelled" />}
      {backtest.state === 'DONE' && <BacktestResults id={backtest.id} />}
    </>
  );
}

function Progress({ backtest, mayEdit }: { readonly backtest: Backtest; readonly mayEdit: boolean }) {
  const { id, state, eventsDone, eventsTotal } = backtest;
  const cancel = useChange(CancelBacktest);
  const words =
    state === 'QUEUED'
      ? 'Waiting for its turn'
      : eventsTotal === null
        ? 'Counting events'
        : `${countText(eventsDone)} of ${countOf(eventsTotal, 'event')}`;
  return (
    <div className="progress">
      <div className="row-apart">
        <p role="status">{words}</p>
        {mayEdit && (
          <Button busy={cancel.isPending} onClick={() => cancel.mutate({ input: { id } })}>
            Cancel
          </Button>
        )}
      </div>
      <progress
        aria-label="Progress of the back-test"
        max={eventsTotal ?? 1}
        {...(eventsTotal !== null && state === 'RUNNING' && { value: eventsDone })}
      />
      <FormFailure error={cancel.error} fields={[]} />
    </div>
  );
}

function triesRatesOf({ rates }: Backtest, wanted: readonly PlanRate[]): boolean {
  const textOf = (rate: Backtest['rates'][number] | PlanRate): string =>
    JSON.stringify([rate.feature.id, rate.currency?.id, rate.mode, rate.creditsPerUnit, rate.formula]);
  const tried = new Set(rates.map(textOf));
  return tried.size === wanted.length && wanted.every((rate) => tried.has(textOf(rate)));
}
