import './usage.css';
import { useParams } from 'wouter';
import { useAnswer } from '../../api/use-api';
import { Page, Tabs } from '../../components/page';
import { Segments } from '../../components/segments';
import { CustomerOfUsage } from '../../generated/usage';
import { paths } from '../../navigation/paths';
import { useAddress } from '../../navigation/use-address';
import { useViewer } from '../../session/use-viewer';
import { CellEntries } from './cell-entries';
import { ComparisonView } from './comparison-view';
import { CurrencyChoice } from './currency-choice';
import { UsageFilters } from './usage-filters';
import { UsageKeys } from './usage-keys';
import { UsageToolbar } from './usage-toolbar';
import { UsageView } from './usage-view';
import { usageQuestion } from './usage-question';

const VIEWS = [
  { value: 'totals', label: 'Totals' },
  { value: 'time', label: 'Over time' },
  { value: 'compare', label: 'Compared' },
] as const;
export type UsageViewName = (typeof VIEWS)[number]['value'];

/** Who spent what on what: of one customer, or, at an address without one, of all. */
export default function UsagePage() {
  const { customerId } = useParams<{ customerId?: string }>();
  return customerId === undefined ? <UsageOfAll /> : <UsageOfCustomer customerId={customerId} />;
}

function UsageOfAll() {
  return (
    <Page title="Usage" subtitle="Credits consumed by all customers of the environment.">
      <Usage customerId={null} />
    </Page>
  );
}

function UsageOfCustomer({ customerId }: { readonly customerId: string }) {
  const viewer = useViewer();
  const { data } = useAnswer(CustomerOfUsage, { id: customerId });
  const tabs = [
    { to: paths.credits(customerId), label: 'Credits' },
    { to: paths.usage(customerId), label: 'Usage' },
    { to: paths.ledger(customerId), label: 'Ledger' },
  ];
  const frame = {
    title: data?.customer?.name ?? customerId,
    tabs: <Tabs label="Customer" tabs={tabs} current={paths.usage(customerId)} />,
    ...(viewer.kind === 'seller' && { trail: [{ to: paths.customers, label: 'Customers' }] }),
  };
  return (
    <Page {...frame}>
      <Usage customerId={customerId} />
    </Page>
  );
}

function Usage({ customerId }: { readonly customerId: string | null }) {
  const address = useAddress();
  const question = usageQuestion(address, customerId);
  const view = VIEWS.find(({ value }) => value === address.text('view'))?.value ?? 'totals';
  return (
    <>
      <div className="stack">
        <div className="usage-bar">
          <UsageToolbar zone={question.zone} />
          <CurrencyChoice customerId={customerId} />
        </div>
        <UsageKeys question={question} />
        <UsageFilters question={question} />
      </div>
      <Segments label="View" options={VIEWS} value={view} onChange={(next) => address.change({ view: next === 'totals' ? null : next })} />
      {view === 'compare' ? <ComparisonView question={question} /> : <UsageView question={question} isOverTime={view === 'time'} />}
      <CellEntries question={question} />
    </>
  );
}
