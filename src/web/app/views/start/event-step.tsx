import { useState, type SubmitEvent } from 'react';
import { Link } from 'wouter';
import { stringifyExactly, type Dimensions } from '../../api/exact-json';
import { useAnswer, useChange } from '../../api/use-api';
import { Calculation } from '../../calculation/calculation';
import { Amount } from '../../components/amount';
import { ButtonLink } from '../../components/button';
import { FormActions, FormFailure, TextAreaField } from '../../components/field';
import { Answered } from '../../components/state';
import { newKey } from '../../forms/new-key';
import { useFields } from '../../forms/use-fields';
import { DimensionsOfPrice, PriceOfFirstEvent, ReportFirstEvent, type ReportFirstEventMutation } from '../../generated/start';
import { paths } from '../../navigation/paths';
import { ReportSnippet } from '../../snippets/report-snippet';
import { dimensionsFrom, sampleFor } from './sample';

interface EventStepProps {
  readonly customer: { readonly id: string; readonly name: string };
  readonly feature: { readonly id: string };
  /** What the price was tried on in the step that made it; empty: nothing, since the page has been opened anew. */
  readonly tried: Dimensions;
}

/** Reports one event, here or by a snippet, and shows how it was charged. What it reports is what the customer's price asks for. */
export function EventStep({ customer, feature, tried }: EventStepProps) {
  const query = useAnswer(PriceOfFirstEvent, { customerId: customer.id });
  return (
    <Answered query={query}>
      {({ customer: found }) => {
        const rates = found?.planVersion?.rates ?? [];
        const rate = rates.find((priced) => priced.feature.id === feature.id) ?? rates[0];
        const priced = { customer, feature: rate?.feature ?? feature };
        const formula = rate?.formula ?? null;
        return formula === null ? <FirstEvent {...priced} sample={MADE_UP} /> : <FormulaEvent {...priced} formula={formula} tried={tried} />;
      }}
    </Answered>
  );
}

/** Events may have dimensions that no price asks for, too. */
const MADE_UP = { user: 'maya' };

function FormulaEvent({ formula, tried, ...priced }: EventStepProps & { readonly formula: string }) {
  const query = useAnswer(DimensionsOfPrice, { input: { formula, dimensions: {} } });
  return (
    <Answered query={query}>
      {({ previewFormula: { variables } }) => <FirstEvent {...priced} sample={{ ...MADE_UP, ...sampleFor(formula, variables, tried) }} />}
    </Answered>
  );
}

function FirstEvent({ customer, feature, sample }: Omit<EventStepProps, 'tried'> & { readonly sample: Dimensions }) {
  const { values, field } = useFields({ dimensions: stringifyExactly(sample, 2) });
  const [key, setKey] = useState(newKey);
  const [event, setEvent] = useState<ReportFirstEventMutation['reportUsage']['event'] | null>(null);
  const report = useChange(ReportFirstEvent, ({ reportUsage }) => {
    setEvent(reportUsage.event);
    setKey(newKey());
  });
  const dimensions = dimensionsFrom(values.dimensions);
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
      <ReportSnippet report={{ customerId: customer.id, featureId: feature.id, dimensions: dimensions ?? sample }} />
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
