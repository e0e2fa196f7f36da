import { useState, type SubmitEvent } from 'react';
import { useLocation } from 'wouter';
import { ApiError } from '../../api/api-error';
import { useAnswer, useChange } from '../../api/use-api';
import { Alert } from '../../components/alert';
import { Button, ButtonLink } from '../../components/button';
import { Card } from '../../components/card';
import { Choice } from '../../components/choice';
import { problemAt, TextField } from '../../components/field';
import { useToast } from '../../components/toast';
import { countOf } from '../../format/amount';
import { instantFromLocalInput, LOCAL_ZONE } from '../../format/instant';
import { ImpactOfPublishing, PublishPlan } from '../../generated/publish';
import { paths } from '../../navigation/paths';
import type { NamedRates } from '../review/rate-place';
import { CustomerPicker, type NamedCustomer } from './customer-picker';
import { PublishFailure } from './publish-failure';

export interface Target {
  readonly isDraft: boolean;
  readonly number: number;
  /** Of the draft, as it was reviewed. */
  readonly revision: number | null;
}

type Scope = 'ALL_CUSTOMERS' | 'NEW_CUSTOMERS' | 'CUSTOMERS';

const SCOPES = [
  { value: 'ALL_CUSTOMERS', label: 'All customers', meaning: 'Everybody on the plan, now and later.' },
  { value: 'NEW_CUSTOMERS', label: 'New customers', meaning: 'Those who come onto the plan from then on. The others stay on their version.' },
  { value: 'CUSTOMERS', label: 'Some customers', meaning: 'Those that you name, for as long as they are on the plan.' },
] as const;

const TIMES = [
  { value: 'NOW', label: 'Now', meaning: 'Usage from this moment on, by its own time.' },
  { value: 'LATER', label: 'From an instant', meaning: 'By itself then. Until then it can be cancelled.' },
] as const;

const FIELDS = ['effectiveAt', 'affects.customerIds'];

interface FormProps {
  readonly plan: { readonly id: string; readonly name: string };
  readonly target: Target;
  /** For the names of features. */
  readonly rates: NamedRates;
}

export function PublishForm({ plan, target, rates }: FormProps) {
  const say = useToast();
  const [, go] = useLocation();
  const [scope, setScope] = useState<Scope>('ALL_CUSTOMERS');
  const [customers, setCustomers] = useState<readonly NamedCustomer[]>([]);
  const [time, setTime] = useState<'NOW' | 'LATER'>('NOW');
  const [instant, setInstant] = useState('');
  const publish = useChange(PublishPlan, ({ publishPlan: { publication } }) => {
    const { number } = publication.planVersion;
    say(publication.status === 'SCHEDULED' ? `Version ${number} is scheduled.` : `Version ${number} is in force.`);
    go(paths.plan(plan.id));
  });
  const effectiveAt = time === 'LATER' ? instantFromLocalInput(instant) : null;
  const isComplete = (scope !== 'CUSTOMERS' || customers.length > 0) && (time === 'NOW' || effectiveAt !== null);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const which = target.isDraft ? { revision: target.revision } : { version: target.number };
    const affects = { scope, ...(scope === 'CUSTOMERS' && { customerIds: customers.map(({ id }) => id) }) };
    publish.mutate({ input: { planId: plan.id, ...which, affects, effectiveAt } });
  };
  const { error } = publish;
  const hasChanged = error instanceof ApiError && ['DRAFT_CHANGED', 'DRAFT_NOT_FOUND'].includes(error.code);
  return (
    <form className="stack-wide publish-form" onSubmit={submit} noValidate>
      {hasChanged ? (
        <DraftChangedNote planId={plan.id} isGone={error.code === 'DRAFT_NOT_FOUND'} />
      ) : (
        <PublishFailure error={error} planId={plan.id} target={target} rates={rates} fields={FIELDS} />
      )}
      <Card title="Whom does it affect?">
        <div className="stack">
          <Choice legend="Customers" options={SCOPES} current={scope} onChoose={setScope} />
          <Impact planId={plan.id} target={target} scope={scope} customers={customers} />
          {scope === 'CUSTOMERS' && (
            <CustomerPicker customers={customers} onChange={setCustomers} problem={problemAt(error, 'affects.customerIds')} />
          )}
        </div>
      </Card>
      <Card title="From when on?">
        <div className="stack">
          <Choice legend="Time" options={TIMES} current={time} onChoose={setTime} />
          {time === 'LATER' && (
            <TextField
              label="Instant"
              type="datetime-local"
              value={instant}
              onChange={(event) => setInstant(event.target.value)}
              hint={`By the clock of ${LOCAL_ZONE}. A late report of earlier usage is still charged by the version of its time.`}
              problem={problemAt(error, 'effectiveAt')}
            />
          )}
        </div>
      </Card>
      <div className="publish-bar">
        <p>{sentenceOf(plan.name, target.number, scope, customers.length, time)}</p>
        <span className="row">
          <ButtonLink to={target.isDraft ? paths.review(plan.id) : paths.plan(plan.id)}>Back</ButtonLink>
          <Button type="submit" look="primary" busy={publish.isPending} disabled={!isComplete || hasChanged}>
            {time === 'NOW' ? 'Publish' : 'Schedule'}
          </Button>
        </span>
      </div>
    </form>
  );
}

interface ImpactProps {
  readonly planId: string;
  readonly target: Target;
  readonly scope: Scope;
  readonly customers: readonly NamedCustomer[];
}

/** How many are affected by the choice, as it is now. */
function Impact({ planId, target, scope, customers }: ImpactProps) {
  const customerIds = scope === 'CUSTOMERS' ? customers.map(({ id }) => id) : null;
  const input = { planId, version: target.isDraft ? null : target.number, customerIds };
  const query = useAnswer(ImpactOfPublishing, { input }, { enabled: customerIds?.length !== 0, keepPrevious: true });
  const impact = query.data?.reviewPlan.impact.find((one) => one.scope === scope);
  if (!impact || customerIds?.length === 0) return null;
  const { customerCount, overriddenCustomerCount } = impact;
  return (
    <p className="muted small" role="status">
      {scope === 'NEW_CUSTOMERS'
        ? customerCount === 0
          ? 'Nobody is about to come onto the plan: no charge changes until somebody does.'
          : `${countOf(customerCount, 'customer')} will come onto the plan.`
        : `${countOf(customerCount, 'customer')} of the plan ${customerCount === 1 ? 'is' : 'are'} affected.`}
      {overriddenCustomerCount > 0 && ` ${countOf(overriddenCustomerCount, 'customer')} with a rate of their own keep it.`}
    </p>
  );
}

function sentenceOf(name: string, number: number, scope: Scope, count: number, time: 'NOW' | 'LATER'): string {
  const whom = { ALL_CUSTOMERS: `all customers of ${name}`, NEW_CUSTOMERS: `new customers of ${name}`, CUSTOMERS: countOf(count, 'customer') }[scope];
  return `Version ${number} will charge ${whom} ${time === 'NOW' ? 'from now on' : 'from that instant on'}.`;
}

/** What was reviewed is not what would be published. */
function DraftChangedNote({ planId, isGone }: { readonly planId: string; readonly isGone: boolean }) {
  return (
    <Alert
      title={isGone ? 'The draft is not there any more.' : 'The draft has changed since you reviewed it.'}
      actions={
        <ButtonLink look="primary" to={isGone ? paths.plan(planId) : paths.review(planId)}>
          {isGone ? 'To the plan' : 'Review it again'}
        </ButtonLink>
      }
    >
      {isGone ? 'Someone else has published or discarded it meanwhile.' : 'Someone else has edited it meanwhile. Nothing was published.'}
    </Alert>
  );
}
