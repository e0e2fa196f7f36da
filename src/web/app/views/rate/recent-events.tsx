import '../../components/table.css';
import { Amount } from '../../components/amount';
import { Badge } from '../../components/badge';
import { RelativeInstant } from '../../components/instant';
import { differenceText } from '../../format/difference';
import { isZero } from '../../format/amount';
import { namesIn } from '../../formula/names';
import { eventText } from './event-text';
import type { SampleChoice } from './use-sample';
import { useTried, type RecentEvent } from './use-tried';

interface RecentEventTableProps {
  readonly events: readonly RecentEvent[];
  readonly sample: SampleChoice;
  readonly formula: string | null;
}

const MOST_SHOWN = 6;

/** The latest events with what they were charged, and what they would be charged now. One is chosen, whose calculation is shown below. */
export function RecentEventTable({ events, sample, formula }: RecentEventTableProps) {
  const priced = namesIn(formula ?? '');
  return (
    <div className="table-frame events-frame" role="region" aria-label="Recent events" tabIndex={0}>
      <table className="table events-table">
        <thead>
          <tr>
            <th scope="col">Event</th>
            <th scope="col" className="cell-end cell-from-tablet">
              Charged
            </th>
            <th scope="col" className="cell-end">
              With this price
            </th>
          </tr>
        </thead>
        <tbody>
          {varied(events).map((event) => (
            <tr key={event.id} data-chosen={event.id === sample.event?.id || undefined}>
              <td>
                <label className="event-choice">
                  <input type="radio" name="event" checked={event.id === sample.event?.id} onChange={() => sample.choose(event)} />
                  <span>
                    <span>
                      {event.customer.name}{' '}
                      <span className="muted small">
                        <RelativeInstant value={event.timestamp} />
                        {planOf(event) && ` · ${planOf(event)}`}
                      </span>
                    </span>
                    <span className="muted small event-dimensions">{eventText(event, priced)}</span>
                  </span>
                </label>
              </td>
              <td className="cell-end cell-from-tablet">
                <Amount value={event.charge.cost} places={4} />
              </td>
              <td className="cell-end">{formula === null ? <span className="muted">–</span> : <NewCost event={event} formula={formula} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** By whose price it was charged: it need not be the plan that is edited. */
export function planOf({ charge }: RecentEvent): string | undefined {
  return charge.rate?.planVersion?.plan.name;
}

/** Not six times the same: those of different plans and dimensions first, in the order of time. */
function varied(events: readonly RecentEvent[]): RecentEvent[] {
  const seen = new Set<string>();
  const isNew = (event: RecentEvent): boolean => {
    const text = `${event.charge.rate?.planVersion?.plan.id} ${textsOf(event)}`;
    const known = seen.has(text);
    seen.add(text);
    return !known;
  };
  const different = events.filter(isNew);
  const chosen = new Set([...different, ...events.filter((event) => !different.includes(event))].slice(0, MOST_SHOWN));
  return events.filter((event) => chosen.has(event));
}

function textsOf({ dimensions }: RecentEvent): string {
  const texts = Object.entries(dimensions).filter(([, value]) => typeof value !== 'object' && typeof value !== 'number');
  return texts
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ')
    .slice(0, 60);
}

function NewCost({ event, formula }: { readonly event: RecentEvent; readonly formula: string }) {
  const tried = useTried(formula, event).data?.previewFormula;
  if (!tried) return <span className="muted">…</span>;
  if (tried.problems.length > 0) return <span className="muted">–</span>;
  if (tried.cost === null) return <Badge tone="bad">Refused</Badge>;
  const change = differenceText(event.charge.cost, tried.cost);
  return (
    <span className="two-lines">
      <Amount value={tried.cost} places={4} />
      <span className="only-narrow nowrap small muted">
        was <Amount value={event.charge.cost} places={4} />
      </span>
      {change !== null && !isZero(change) && (
        <span className="small muted">
          <Amount value={change} places={4} signed />
        </span>
      )}
    </span>
  );
}
