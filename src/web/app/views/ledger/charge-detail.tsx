import './charge-detail.css';
import { Calculation } from '../../calculation/calculation';
import { Amount } from '../../components/amount';
import { Fact, Facts } from '../../components/card';
import { Instant } from '../../components/instant';
import { Answered, State } from '../../components/state';
import { shownValue } from '../../format/dimension';
import { grantName } from '../../format/grant';
import { secondText } from '../../format/instant';
import { ChargeForSeller, ChargeOfEvent, type ChargeForSellerQuery, type ChargeOfEventQuery } from '../../generated/ledger';
import { useAnswerForViewer } from '../../session/use-viewer';

type Event = NonNullable<(ChargeForSellerQuery | ChargeOfEventQuery)['usageEvent']>;

/** One event explained: what was reported, how it was priced, and what paid it. */
export function ChargeDetail({ eventId }: { readonly eventId: string }) {
  const query = useAnswerForViewer(ChargeForSeller, ChargeOfEvent, { id: eventId });
  return (
    <Answered query={query} lines={4}>
      {({ usageEvent }) =>
        usageEvent ? (
          <Charge event={usageEvent} />
        ) : (
          <State icon="empty" title="There is no such event">
            {eventId}
          </State>
        )
      }
    </Answered>
  );
}

function Charge({ event }: { readonly event: Event }) {
  const { charge, currency } = event;
  const { rate } = charge;
  return (
    <div className="charge-detail">
      <EventFacts event={event} />
      {rate ? (
        <Calculation
          formula={rate.formula}
          creditsPerUnit={rate.creditsPerUnit}
          parameters={charge.parameters}
          steps={charge.steps}
          cost={charge.cost}
          unit={currency.unitPlural}
        />
      ) : (
        <p className="muted">The amount was stated, not calculated: {<Amount value={charge.cost} unit={currency.unitPlural} />}.</p>
      )}
      <div className="charge-sides">
        <Draws event={event} />
        <DimensionList event={event} />
      </div>
    </div>
  );
}

/** What the row above does not say. */
function EventFacts({ event: { feature, charge, value, timestamp, receivedAt, idempotencyKey } }: { readonly event: Event }) {
  const version = charge.rate?.planVersion;
  const isLate = secondText(receivedAt) !== secondText(timestamp);
  return (
    <Facts>
      <Fact label="Used" note={isLate && <>received {<Instant value={receivedAt} form="second" />}</>}>
        <Instant value={timestamp} form="second" />
      </Fact>
      {feature && (
        <Fact label="Reported value">
          <Amount value={value} unit={feature.unit} />
        </Fact>
      )}
      {version && <Fact label="Rate">{`${version.plan.name}, version ${version.number}`}</Fact>}
      <Fact label="Idempotency key">
        <code className="small">{idempotencyKey}</code>
      </Fact>
    </Facts>
  );
}

function Draws({ event: { charge, currency } }: { readonly event: Event }) {
  return (
    <section>
      <h3>Paid by</h3>
      <ul className="charge-lines">
        {charge.draws.map(({ amount, grant }, i) => (
          <li key={grant?.id ?? i}>
            <span>{grant ? grantName(grant) : 'Overdraft'}</span>
            <Amount value={amount} unit={currency.unitPlural} />
          </li>
        ))}
      </ul>
      {charge.draws.length === 0 && <p className="muted">Nothing: it costs nothing.</p>}
    </section>
  );
}

function DimensionList({ event: { dimensions } }: { readonly event: Event }) {
  return (
    <section>
      <h3>Dimensions</h3>
      <ul className="charge-lines">
        {Object.entries(dimensions).map(([name, value]) => (
          <li key={name}>
            <code className="muted">{name}</code>
            <code>{shownValue(value)}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}
