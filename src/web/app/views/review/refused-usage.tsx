import { Link } from 'wouter';
import { useAnswer } from '../../api/use-api';
import { Amount } from '../../components/amount';
import { Badge } from '../../components/badge';
import { Instant } from '../../components/instant';
import { Table, type Column } from '../../components/table';
import { countText } from '../../format/amount';
import { RefusedExampleOf } from '../../generated/review';
import { paths } from '../../navigation/paths';
import { refusalText } from '../rate/refusals';
import type { Result } from './backtest-results';

type Refusal = Result['refusals'][number];

/** Of so many reasons, an event is shown. */
const REASONS_SHOWN = 5;

interface RefusedUsageProps {
  /** Of the back-test. */
  readonly id: string;
  readonly refusals: readonly Refusal[];
}

/** Usage that was charged and would be refused: by feature and reason, with an event of each. */
export function RefusedUsage({ id, refusals }: RefusedUsageProps) {
  if (refusals.length === 0) return null;
  return (
    <section className="result-part" aria-label="Usage that would be refused">
      <h3>Usage that would be refused</h3>
      <div className="framed">
        <Table label="Refused usage" columns={COLUMNS} rows={refusals} rowKey={keyOf} />
      </div>
      <ul className="samples">
        {refusals.slice(0, REASONS_SHOWN).map((refusal) => (
          <RefusedExample key={keyOf(refusal)} id={id} refusal={refusal} />
        ))}
      </ul>
    </section>
  );
}

function keyOf({ feature, currency, code }: Refusal): string {
  return `${feature.id} ${currency.id} ${code}`;
}

/** The first event of a feature that is refused for a reason, with that reason. */
function RefusedExample({ id, refusal: { feature, code } }: { readonly id: string; readonly refusal: Refusal }) {
  const result = useAnswer(RefusedExampleOf, { id, featureId: feature.id, code }).data?.backtest?.result;
  const found = result?.refusedEvents.edges[0]?.node;
  if (!found) return null;
  const { event, message } = found;
  return (
    <li>
      <span className="muted small">
        <Link to={paths.customer(event.customer.id)}>{event.customer.name}</Link>, {feature.name}, <Instant value={event.timestamp} />
      </span>
      <p>{code === 'RATE_NOT_FOUND' ? `This version has no price for ${feature.name}.` : message}</p>
    </li>
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
          <Badge tone="bad">{refusalText(code)}</Badge>
        </span>
      </span>
    ),
  },
  { key: 'code', head: 'Reason', from: 'tablet', cell: ({ code }) => <Badge tone="bad">{refusalText(code)}</Badge> },
  {
    key: 'charged',
    head: 'Was charged',
    align: 'end',
    from: 'tablet',
    cell: ({ oldCredits, currency }) => <Amount value={oldCredits} places={2} unit={currency.unitPlural} />,
  },
  { key: 'events', head: 'Events', align: 'end', cell: ({ eventCount }) => countText(eventCount) },
];
