import './start.css';
import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import type { Dimensions } from '../../api/exact-json';
import { useAnswer } from '../../api/use-api';
import { Card } from '../../components/card';
import { Icon } from '../../components/icon';
import { Page } from '../../components/page';
import { Answered, NoPermission } from '../../components/state';
import { StartOfCustomer, StartState, type StartStateQuery } from '../../generated/start';
import { paths } from '../../navigation/paths';
import { useMayEdit } from '../../session/use-viewer';
import { NewCurrency } from '../currencies/currency-dialogs';
import { NewFeature } from '../features/feature-dialogs';
import { CustomerStep, GrantStep } from './customer-steps';
import { EventStep } from './event-step';
import { FormulaStep } from './formula-step';

/** From nothing to a first charge. What is there already is done: each step is known by what it leaves behind. */
export default function StartPage() {
  const mayEdit = useMayEdit();
  return (
    <Page title="Get started" subtitle={mayEdit && 'Six steps, about five minutes: then the first event is charged and explained.'}>
      <div className="step-list">
        {mayEdit ? <Steps /> : <NoPermission to="change">Setting an environment up takes the key of an administrator.</NoPermission>}
      </div>
    </Page>
  );
}

function Steps() {
  const query = useAnswer(StartState, {});
  const customerId = query.data?.customers.edges[0]?.node.id ?? null;
  const ofCustomer = useAnswer(StartOfCustomer, { customerId: customerId ?? '' }, { enabled: customerId !== null });
  return (
    <Answered query={query}>
      {(state) => (
        <StepList
          state={state}
          hasGrant={ofCustomer.data ? ofCustomer.data.creditGrants.edges.length > 0 : false}
          hasEvent={ofCustomer.data ? ofCustomer.data.usageEvents.edges.length > 0 : false}
        />
      )}
    </Answered>
  );
}

interface StepListProps {
  readonly state: StartStateQuery;
  readonly hasGrant: boolean;
  readonly hasEvent: boolean;
}

const NOTHING = (): void => undefined;

/** What the steps have left behind so far. */
function firstThings({ currencies, features, plans, customers }: StartStateQuery) {
  return {
    currency: currencies.edges[0]?.node ?? null,
    feature: features.edges[0]?.node ?? null,
    plan: plans.edges.map(({ node }) => node).find(({ publishedVersion }) => publishedVersion) ?? null,
    customer: customers.edges[0]?.node ?? null,
  };
}

function StepList({ state, hasGrant, hasEvent }: StepListProps) {
  const { currency, feature, plan, customer } = firstThings(state);
  const [tried, setTried] = useState<Dimensions>({});
  const steps: readonly StepProps[] = [
    {
      title: 'A currency',
      hint: 'What you sell: credits.',
      done: currency?.name,
      children: <NewCurrency onDone={NOTHING} canCancel={false} start={FIRST_CURRENCY} />,
    },
    {
      title: 'A feature',
      hint: 'What your customers use and you count.',
      done: feature?.name,
      children: <NewFeature onDone={NOTHING} canCancel={false} />,
    },
    {
      title: 'A formula',
      hint: 'How its usage turns into credits. A plan holds it; publishing makes it final.',
      done: plan?.name,
      children: currency && feature && <FormulaStep currency={currency} feature={feature} onPublished={setTried} />,
    },
    { title: 'A customer', hint: 'Who uses it, on that plan.', done: customer?.name, children: plan && <CustomerStep planId={plan.id} /> },
    {
      title: 'Some credits',
      hint: 'What its usage is paid from.',
      done: hasGrant ? 'Granted' : undefined,
      children: currency && customer && <GrantStep currency={currency} customer={customer} />,
    },
    {
      title: 'A first event',
      hint: 'From here or from your own code. It is charged before the answer comes.',
      done: hasEvent ? 'Charged' : undefined,
      staysOpen: true,
      children: customer && feature && <EventStep customer={customer} feature={feature} tried={tried} />,
    },
  ];
  const next = steps.findIndex(({ done }) => done === undefined);
  return (
    <div className="stack">
      <ol className="stack">
        {steps.map((step, i) => (
          <Step key={step.title} {...step} number={i + 1} isOpen={i === next || (next === -1 && step.staysOpen === true)} />
        ))}
      </ol>
      {next === -1 && customer && <AllDone customer={customer} />}
    </div>
  );
}

/** Where to go from here. */
function AllDone({ customer }: { readonly customer: { readonly id: string; readonly name: string } }) {
  return (
    <p role="status">
      <strong>You are set up.</strong> Go on to <Link to={paths.customer(customer.id)}>{customer.name}</Link>, to the{' '}
      <Link to={paths.apiKeys}>API keys</Link> for your own code, or to your <Link to={paths.plans}>plans</Link>.
    </p>
  );
}

const FIRST_CURRENCY = { id: 'credits', name: 'Credits', symbol: '', unitSingular: 'credit', unitPlural: 'credits' };

interface StepProps {
  readonly title: string;
  readonly hint: string;
  /** What it has left behind; undefined: it is still to be done. */
  readonly done: string | undefined;
  readonly staysOpen?: boolean;
  readonly children: ReactNode;
}

function Step({ number, title, hint, done, isOpen, children }: StepProps & { readonly number: number; readonly isOpen: boolean }) {
  const mark = (
    <span className="step-title">
      <span className={done === undefined ? 'step-mark' : 'step-mark step-done'}>
        {done === undefined ? number : <Icon name="check" size={14} />}
      </span>
      {title}
      {done !== undefined && <span className="only-spoken">(done)</span>}
    </span>
  );
  if (!isOpen)
    return (
      <li className="step-closed" aria-disabled={done === undefined || undefined}>
        {mark}
        <span className="muted">{done ?? hint}</span>
      </li>
    );
  return (
    <li aria-current="step">
      <Card title={mark} hint={hint}>
        {children}
      </Card>
    </li>
  );
}
