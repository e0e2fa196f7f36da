import { useState, type SubmitEvent } from 'react';
import { Link } from 'wouter';
import { parseExactly, stringifyExactly, type Dimensions } from '../../api/exact-json';
import { useChange } from '../../api/use-api';
import { Calculation } from '../../calculation/calculation';
import { Amount } from '../../components/amount';
import { ButtonLink } from '../../components/button';
import { FormActions, FormFailure, TextAreaField } from '../../components/field';
import { newKey } from '../../forms/new-key';
import { useFields } from '../../forms/use-fields';
import { ReportFirstEvent, type ReportFirstEventMutation } from '../../generated/start';
import { paths } from '../../navigation/paths';
import { ReportSnippet } from '../../snippets/report-snippet';

interface EventStepProps {
  readonly customer: { readonly id: string; readonly name: string };
  readonly feature: { readonly id: string };
}

const SAMPLE = { user: 'maya', input_tokens: 1200, output_tokens: 300 };

function parsed(text: string): Dimensions | null {
  try {
    return parseExactly(text) as Dimensions;
  } catch {
    return null;
  }
}

/** Reports one event, here or by a snippet, and shows how it was charged. */
export function EventStep({ customer, feature }: EventStepProps) {
  const { values, field } = useFields({ dimensions: stringifyExactly(SAMPLE, 2) });
  const [key, setKey] = useState(newKey);
  const [event, setEvent] = useState<ReportFirstEventMutation['reportUsage']['event'] | null>(null);
  const report = useChange(ReportFirstEvent, ({ reportUsage }) => {
    setEvent(reportUsage.event);
    setKey(newKey());
  });
  const dimensions = parsed(values.dimensions);
  const submit = (submitted: SubmitEvent): void => {
    submitted.preventDefault();
    if (dimensions) report.mutate({ input: { customerId: customer.id, featureId: feature.id, idempotencyKey: key, dimensions } });
  };
  return (
    <div className="stack-wide">
      <form className="stack" onSubmit={submit} noValidate>
        <FormFailure error={report.error} fields={[]} />
        <TextAreaField label="Dimensions" isCode rows={5} {...field('dimensions')} problem={dimensions ? null : 'must be a JSON object.'} />
        <FormActions action="Report this event" busy={report.isPending} />
      </form>
      {event && <Charged event={event} customer={customer} />}
      <p>
        Or from your own code, with a key from <Link to={paths.apiKeys}>API keys</Link> as <code>DRAWDOWN_KEY</code>:
      </p>
      <ReportSnippet report={{ customerId: customer.id, featureId: feature.id, dimensions: dimensions ?? SAMPLE }} />
    </div>
  );
}

interface ChargedProps {
  readonly event: ReportFirstEventMutation['reportUsage']['event'];
  readonly customer: EventStepProps['customer'];
}

function Charged({ event: { charge, currency }, customer }: ChargedProps) {
  return (
    <section className="stack" role="status" aria-label="The charge">
      <p>
        <strong>
          Charged <Amount value={charge.cost} /> {charge.cost === '1' ? currency.unitSingular : currency.unitPlural}.
        </strong>{' '}
        {customer.name} has <Amount value={charge.balanceAfter} /> left.
      </p>
      <Calculation
        formula={charge.rate?.formula ?? null}
        creditsPerUnit={charge.rate?.creditsPerUnit ?? null}
        parameters={charge.parameters}
        steps={charge.steps}
        cost={charge.cost}
        unit={currency.unitPlural}
      />
      <div className="row">
        <ButtonLink to={paths.ledger(customer.id)}>See it in the ledger</ButtonLink>
        <ButtonLink to={paths.usage(customer.id)}>Break it down</ButtonLink>
      </div>
    </section>
  );
}
