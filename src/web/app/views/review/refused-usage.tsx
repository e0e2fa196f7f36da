import { Link } from 'wouter';
import { Amount } from '../../components/amount';
import { Badge } from '../../components/badge';
import { Instant } from '../../components/instant';
import { Table, type Column } from '../../components/table';
import { countText } from '../../format/amount';
import { paths } from '../../navigation/paths';
import type { Result } from './backtest-results';

type Refusal = Result['refusals'][number];

/** Usage that was charged and would be refused: by feature and reason, with some of the events. */
export function RefusedUsage({ result: { refusals, refusedEvents } }: { readonly result: Result }) {
  if (refusals.length === 0) return null;
  return (
    <section className="result-part" aria-label="Usage that would be refused">
      <h3>Usage that would be refused</h3>
      <div className="framed">
        <Table
          label="Refused usage"
          columns={COLUMNS}
          rows={refusals}
          rowKey={({ feature, currency, code }) => `${feature.id} ${currency.id} ${code}`}
        />
      </div>
      <ul className="samples">
        {refusedEvents.edges.map(({ node: { event, message } }) => (
          <li key={event.id}>
            <span className="muted small">
              <Link to={paths.customer(event.customer.id)}>{event.customer.name}</Link>, {event.feature?.name}, <Instant value={event.timestamp} />
            </span>
            <p>{message}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

const COLUMNS: readonly Column<Refusal>[] = [
  {
    key: 'feature',
    head: 'Feature',
    cell: ({ feature, code }) => (
      <span className="two-lines">
        {feature.name}
        <span className="only-narrow">
          <Badge tone="bad">{code}</Badge>
        </span>
      </span>
    ),
  },
  { key: 'code', head: 'Reason', from: 'tablet', cell: ({ code }) => <Badge tone="bad">{code}</Badge> },
  {
    key: 'charged',
    head: 'Was charged',
    align: 'end',
    from: 'tablet',
    cell: ({ oldCredits, currency }) => <Amount value={oldCredits} places={2} unit={currency.unitPlural} />,
  },
  { key: 'events', head: 'Events', align: 'end', cell: ({ eventCount }) => countText(eventCount) },
];
