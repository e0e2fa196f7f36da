import type { ReactNode } from 'react';
import { useAnswer } from '../../api/use-api';
import { Page, Tabs } from '../../components/page';
import { Answered, State } from '../../components/state';
import { CustomerHead, type CustomerHeadQuery } from '../../generated/customer';
import { paths } from '../../navigation/paths';
import { useViewer } from '../../session/use-viewer';

export type HeadCustomer = NonNullable<CustomerHeadQuery['customer']>;

interface CustomerPageProps {
  readonly id: string;
  readonly view: 'credits' | 'usage' | 'ledger';
  readonly actions?: ReactNode;
  readonly children: (customer: HeadCustomer) => ReactNode;
}

const VIEW_NAMES = { credits: 'Credits', usage: 'Usage', ledger: 'Ledger' } as const;

/** What the views of one customer have in common. A customer who looks at itself is not told of others. */
export function CustomerPage({ id, view, actions, children }: CustomerPageProps) {
  const isSeller = useViewer().kind === 'seller';
  const query = useAnswer(CustomerHead, { id });
  const customer = query.data?.customer;
  const tabs = (['credits', 'usage', 'ledger'] as const).map((name) => ({ to: paths[name](id), label: VIEW_NAMES[name] }));
  return (
    <Page
      title={customer?.name ?? id}
      subtitle={customer && <PlanOf customer={customer} />}
      {...(isSeller && { trail: [{ to: paths.customers, label: 'Customers' }] })}
      actions={customer && actions}
      tabs={<Tabs label="Of this customer" tabs={tabs} current={paths[view](id)} />}
    >
      <Answered query={query}>
        {(answer) =>
          answer.customer ? (
            children(answer.customer)
          ) : (
            <State icon="empty" title="There is no such customer">
              {id}
            </State>
          )
        }
      </Answered>
    </Page>
  );
}

function PlanOf({ customer: { id, planVersion } }: { readonly customer: HeadCustomer }) {
  return (
    <>
      <code>{id}</code> · {planVersion ? `Plan ${planVersion.plan.name}, version ${planVersion.number}` : 'on no plan'}
    </>
  );
}
