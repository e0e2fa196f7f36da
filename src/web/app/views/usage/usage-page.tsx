import './usage.css';
import { Redirect, useParams } from 'wouter';
import { ButtonLink } from '../../components/button';
import { Card } from '../../components/card';
import { CurrencyChoice } from '../../components/currency-choice';
import { Page } from '../../components/page';
import { Segments } from '../../components/segments';
import { Answered, State } from '../../components/state';
import { paths } from '../../navigation/paths';
import { useAddress } from '../../navigation/use-address';
import { useMayEdit, useViewer } from '../../session/use-viewer';
import { CustomerPage } from '../customer/customer-page';
import { CellEntries } from './cell-entries';
import { ComparisonView } from './comparison-view';
import { UsageControls } from './usage-controls';
import { useUsageCurrencies } from './use-usage-currencies';
import { UsageView } from './usage-view';
import { usageQuestion, type UsageQuestion } from './usage-question';

const VIEWS = [
  { value: 'totals', label: 'Totals' },
  { value: 'time', label: 'Over time' },
  { value: 'compare', label: 'Compared' },
] as const;
export type UsageViewName = (typeof VIEWS)[number]['value'];

/** Who spent what on what: of one customer, or, at an address without one, of all that one may see. */
export default function UsagePage() {
  const { customerId } = useParams<{ customerId?: string }>();
  const viewer = useViewer();
  if (customerId !== undefined) return <UsageOfCustomer customerId={customerId} />;
  return viewer.kind === 'customer' ? <Redirect to={paths.usage(viewer.customer.id)} replace /> : <UsageOfAll />;
}

function UsageOfAll() {
  return (
    <Page title="Usage" subtitle="Credits consumed by all customers of the environment.">
      <Usage customerId={null} />
    </Page>
  );
}

function UsageOfCustomer({ customerId }: { readonly customerId: string }) {
  return (
    <CustomerPage id={customerId} view="usage">
      {() => <Usage customerId={customerId} />}
    </CustomerPage>
  );
}

function Usage({ customerId }: { readonly customerId: string | null }) {
  const address = useAddress();
  const { query, currencies, current } = useUsageCurrencies(customerId);
  const question = usageQuestion(address, customerId, current);
  const view = VIEWS.find(({ value }) => value === address.text('view'))?.value ?? 'totals';
  if (query.data && current === null)
    return (
      <Card>
        <NothingUsed customerId={customerId} />
      </Card>
    );
  return (
    <>
      <UsageControls question={question} hasSteps={view !== 'compare'} />
      <div className="row-apart">
        <Segments label="View" options={VIEWS} value={view} onChange={(next) => address.change({ view: next === 'totals' ? null : next })} />
        <div className="inline-field">
          <CurrencyChoice currencies={currencies} current={current} />
        </div>
      </div>
      <Answered query={query} lines={10}>
        {() => <View name={view} question={question} />}
      </Answered>
      {current !== null && <CellEntries question={question} />}
    </>
  );
}

function View({ name, question }: { readonly name: UsageViewName; readonly question: UsageQuestion }) {
  return name === 'compare' ? <ComparisonView question={question} /> : <UsageView question={question} isOverTime={name === 'time'} />;
}

/** Without a currency there are no credits that could be broken down. */
function NothingUsed({ customerId }: { readonly customerId: string | null }) {
  const mayEdit = useMayEdit();
  const first =
    customerId === null ? (
      <ButtonLink look="primary" to={paths.start}>
        Get started
      </ButtonLink>
    ) : (
      <ButtonLink to={paths.credits(customerId)}>Credits</ButtonLink>
    );
  return (
    <State icon="usage" title="No usage yet" action={(mayEdit || customerId !== null) && first}>
      Nothing was granted here, and nothing charged.
    </State>
  );
}
