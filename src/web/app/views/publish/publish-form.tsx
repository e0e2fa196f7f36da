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
import { instantFromLocalInput, LOCAL_ZONE, minuteText, zoneText } from '../../format/instant';
import { ImpactOfPublishing, PublishPlan, type ImpactOfPublishingQuery } from '../../generated/publish';
import { paths } from '../../navigation/paths';
import type { NamedRates } from '../review/rate-place';
import { CustomerPicker } from './customer-picker';
import { PublishFailure } from './publish-failure';
import type { NamedCustomer } from './use-naming';

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
  { value: 'NOW', label: 'Now', meaning: 'Charges usage that happens from now on.' },
  { value: 'LATER', label: 'At a later time', meaning: 'Starts by itself. You can cancel it until then.' },
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
  const [typed, setTyped] = useState('');
  const [time, setTime] = useState<'NOW' | 'LATER'>('NOW');
  const [instant, setInstant] = useState('');
  const publish = useChange(PublishPlan, ({ publishPlan: { publication } }) => {
    const { number } = publication.planVersion;
    say(publication.status === 'SCHEDULED' ? `Version ${number} is scheduled.` : `Version ${number} is in force.`);
    go(paths.plan(plan.id));
  });
  const impact = useImpact(plan.id, target, scope, customers);
  const effectiveAt = time === 'LATER' ? instantFromLocalInput(instant) : null;
  // Whoever is typed but not added would be left out without a word.
  const isNaming = scope === 'CUSTOMERS' && typed.trim() !== '';
  const isComplete = !isNaming && (scope !== 'CUSTOMERS' || customers.length > 0) && (time === 'NOW' || effectiveAt !== null);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const which = target.isDraft ? { revision: target.revision } : { version: target.number };
    const affects = { scope, ...(scope === 'CUSTOMERS' && { customerIds: customers.map(({ id }) => id) }) };
    publish.mutate({ input: { planId: plan.id, ...which, affects, effectiveAt } });
  };
  const { error } = publish;
  const hasChanged = error instanceof ApiError && ['DRAFT_CHANGED', 'DRAFT_NOT_FOUND'].includes(error.code);
  // As long as nothing was mended, publishing is not the way on.
  const isRefused = error !== null && !publish.isPending;
  return (
    <form className="stack-wide publish-form" onSubmit={submit} noValidate>
      {hasChanged ? (
        <DraftChangedNote planId={plan.id} isGone={error.code === 'DRAFT_NOT_FOUND'} />
      ) : (
        <PublishFailure error={error} planId={plan.id} target={target} rates={rates} fields={FIELDS} />
      )}
      <Card title="Whom does it affect?">
        <div className="stack">
          <Choice legend="Customers" isLegendSpoken options={SCOPES} current={scope} onChoose={setScope} />
          <ImpactLine plan={plan} scope={scope} customers={customers} impact={impact} />
          {scope === 'CUSTOMERS' && (
            <CustomerPicker
              {...{ plan, customers, typed }}
              onChange={setCustomers}
              onType={setTyped}
              problem={problemAt(error, 'affects.customerIds')}
            />
          )}
        </div>
      </Card>
      <StartCard {...{ time, instant }} onChoose={setTime} onSet={setInstant} problem={problemAt(error, 'effectiveAt')} />
      <div className="publish-bar">
        <p>
          {isNaming
            ? 'Add the customers that you have typed, or empty the field.'
            : sentenceOf(plan.name, target.number, scope, impact?.customerCount ?? customers.length, startText(time, effectiveAt))}
        </p>
        <span className="row">
          <ButtonLink to={target.isDraft ? paths.review(plan.id) : paths.plan(plan.id)}>Back</ButtonLink>
          <Button type="submit" look={isRefused ? 'plain' : 'primary'} busy={publish.isPending} disabled={!isComplete || hasChanged}>
            {time === 'NOW' ? 'Publish' : 'Schedule'}
          </Button>
        </span>
      </div>
    </form>
  );
}

interface StartProps {
  readonly time: 'NOW' | 'LATER';
  readonly onChoose: (time: 'NOW' | 'LATER') => void;
  /** As the field has it. */
  readonly instant: string;
  readonly onSet: (instant: string) => void;
  readonly problem: string | null;
}

function StartCard({ time, onChoose, instant, onSet, problem }: StartProps) {
  return (
    <Card title="When does it start?">
      <div className="stack">
        <Choice legend="Time" isLegendSpoken options={TIMES} current={time} onChoose={onChoose} />
        {time === 'LATER' && (
          <TextField
            label="Starts at"
            type="datetime-local"
            value={instant}
            onChange={(event) => onSet(event.target.value)}
            hint={`Time zone: ${LOCAL_ZONE}. Usage from before this time keeps its old price, even if it is reported later.`}
            problem={problem}
          />
        )}
      </div>
    </Card>
  );
}

type Impact = ImpactOfPublishingQuery['reviewPlan']['impact'][number];

/** How many are affected by the choice, as it is now; null while it is not known, or nobody is named yet. */
function useImpact(planId: string, target: Target, scope: Scope, customers: readonly NamedCustomer[]): Impact | null {
  const customerIds = scope === 'CUSTOMERS' ? customers.map(({ id }) => id) : null;
  const input = { planId, version: target.isDraft ? null : target.number, customerIds };
  const { data, isPlaceholderData } = useAnswer(ImpactOfPublishing, { input }, { enabled: customerIds?.length !== 0, keepPrevious: true });
  // Of other names, the answer before would contradict those that are shown.
  if (customerIds && (customerIds.length === 0 || isPlaceholderData)) return null;
  return data?.reviewPlan.impact.find((one) => one.scope === scope) ?? null;
}

interface ImpactProps {
  readonly plan: { readonly name: string };
  readonly scope: Scope;
  readonly customers: readonly NamedCustomer[];
  readonly impact: Impact | null;
}

/** Keeps its place while the answer is under way, so that nothing below it moves. */
function ImpactLine({ plan, scope, customers, impact }: ImpactProps) {
  return (
    <p className="muted small publish-impact" role="status">
      {impact && impactText(plan.name, scope, customers.length, impact)}
    </p>
  );
}

function impactText(planName: string, scope: Scope, named: number, { customerCount, overriddenCustomerCount }: Impact): string {
  const kept = overriddenCustomerCount > 0 ? ` ${countOf(overriddenCustomerCount, 'customer')} with a rate of their own keep it.` : '';
  if (scope === 'NEW_CUSTOMERS' && customerCount === 0) return 'Nobody is about to come onto the plan: no charge changes until somebody does.';
  if (scope === 'NEW_CUSTOMERS') return `${countOf(customerCount, 'customer')} will come onto the plan.${kept}`;
  if (scope === 'CUSTOMERS' && customerCount === 0)
    return named === 1
      ? `This customer is not on ${planName}, so no charge changes until it comes onto it.`
      : `None of these ${countOf(named, 'customer')} is on ${planName}, so no charge changes until one comes onto it.`;
  return `${countOf(customerCount, 'customer')} of the plan ${customerCount === 1 ? 'is' : 'are'} affected.${kept}`;
}

/** `named`: how many of those that were named are on the plan. */
function sentenceOf(name: string, number: number, scope: Scope, named: number, start: string): string {
  const whom = { ALL_CUSTOMERS: `all customers of ${name}`, NEW_CUSTOMERS: `new customers of ${name}`, CUSTOMERS: countOf(named, 'customer') }[scope];
  return `Version ${number} will charge ${whom} ${start}.`;
}

/** `from 1 Jan 2027, 00:00 UTC`. */
function startText(time: 'NOW' | 'LATER', effectiveAt: string | null): string {
  if (time === 'NOW') return 'from now on';
  return effectiveAt === null ? 'from the time you choose' : `from ${minuteText(effectiveAt)} ${zoneText(effectiveAt)}`;
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
