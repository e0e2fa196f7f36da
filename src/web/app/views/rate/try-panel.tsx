import '../../components/segments.css';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ApiError } from '../../api/api-error';
import { Card } from '../../components/card';
import { Answered, State } from '../../components/state';
import type { SeenDimension } from '../../formula/dimensions';
import type { RecentEventsQuery } from '../../generated/rate';
import { OwnEvent } from './own-event';
import type { Currency } from './pricing';
import { RecentEventTable } from './recent-events';
import { Calculation, TriedResult } from './tried-result';
import type { SampleChoice } from './use-sample';
import type { Tried } from './use-tried';

interface TryPanelProps {
  /** What is tried; null: there is nothing yet, for the reason `nothingToTry`. */
  readonly formula: string | null;
  readonly nothingToTry: string;
  readonly sample: SampleChoice;
  readonly feature: { readonly id: string; readonly name: string; readonly unit: string };
  readonly currency: Currency | undefined;
  readonly recent: UseQueryResult<RecentEventsQuery, ApiError>;
  readonly variables: Tried['variables'];
  readonly seen: readonly SeenDimension[];
}

/** What an event would cost by what is typed, at once: a real one, or one of one's own. */
export function TryPanel({ formula, nothingToTry, sample, feature, currency, recent, variables, seen }: TryPanelProps) {
  const unit = currency?.unitPlural ?? 'credits';
  return (
    <Card title="Try it" hint="What an event would cost with this price. Nothing is stored or charged.">
      <div className="stack">
        {formula === null ? (
          <State icon="code" title="Nothing to try yet">
            {nothingToTry}
          </State>
        ) : (
          <TriedResult formula={formula} sample={sample} unit={unit} />
        )}
        <div className="segments" role="group" aria-label="What it is tried on">
          <button
            type="button"
            className="segment"
            aria-pressed={!sample.isOwn}
            disabled={!recent.data?.usageEvents.edges.length}
            onClick={() => sample.choose(recent.data!.usageEvents.edges[0]!.node)}
          >
            Recent events
          </button>
          <button type="button" className="segment" aria-pressed={sample.isOwn} onClick={sample.useOwn}>
            Values of your own
          </button>
        </div>
        {sample.isOwn ? (
          <OwnEvent own={sample.own} onChange={sample.changeOwn} variables={variables} seen={seen} unit={feature.unit} />
        ) : (
          <Answered query={recent} lines={4}>
            {({ usageEvents }) => <RecentEventTable events={usageEvents.edges.map(({ node }) => node)} sample={sample} formula={formula} />}
          </Answered>
        )}
        {formula !== null && <Calculation formula={formula} sample={sample} />}
      </div>
    </Card>
  );
}
