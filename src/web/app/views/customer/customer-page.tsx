import type { ReactNode } from 'react';
import { Badge } from '../../components/badge';
import { ButtonLink } from '../../components/button';
import { nameOrId, Page, Tabs } from '../../components/page';
import { Answered, State } from '../../components/state';
import { CustomerHead, CustomerHeadForSeller, type CustomerHeadForSellerQuery, type CustomerHeadQuery } from '../../generated/customer';
import { paths } from '../../navigation/paths';
import { useAnswerForViewer, useViewer } from '../../session/use-viewer';

export type HeadCustomer = NonNullable<CustomerHeadQuery['customer']> &
  Partial<Pick<NonNullable<CustomerHeadForSellerQuery['customer']>, 'archivedAt' | 'overdraftPolicies'>>;

interface CustomerPageProps {
  readonly id: string;
  readonly view: 'credits' | 'usage' | 'ledger';
  readonly actions?: ReactNode;
  /** What stands there until the customer is known; absent: bars. */
  readonly meanwhile?: ReactNode;
  readonly children: (customer: HeadCustomer) => ReactNode;
}

const VIEW_NAMES = { credits: 'Credits', usage: 'Usage', ledger: 'Ledger' } as const;

/** What the views of one customer have in common. A customer who looks at itself is not told of others. */
export function CustomerPage({ id, view, actions, meanwhile, children }: CustomerPageProps) {
  const isSeller = useViewer().kind === 'seller';
  const query = useAnswerForViewer(CustomerHeadForSeller, CustomerHead, { id });
  const customer: HeadCustomer | null | undefined = query.data?.customer;
  const isMissing = query.data && !customer;
  const isOver = customer?.archivedAt != null && view === 'credits'; // nothing is granted to who is archived
  const tabs = (['credits', 'usage', 'ledger'] as const).map((name) => ({ to: paths[name](id), label: VIEW_NAMES[name] }));
  return (
    <Page
      title={isMissing ? 'Customer not found' : nameOrId(query, customer?.name, id)}
      subtitle={!isMissing && <PlanOf customer={customer} />}
      {...(isSeller && { trail: [{ to: paths.customers, label: 'Customers' }] })}
      actions={!isMissing && !query.error && !isOver && actions}
      tabs={!isMissing && <Tabs label="Of this customer" tabs={tabs} current={paths[view](id)} />}
    >
      <Answered query={query} meanwhile={meanwhile}>
        {(answer) => (answer.customer ? children(answer.customer) : <NoCustomer id={id} />)}
      </Answered>
    </Page>
  );
}

/** Where one can go from here depends on whose pages one may see. */
function NoCustomer({ id }: { readonly id: string }) {
  const isSeller = useViewer().kind === 'seller';
  return (
    <State
      icon="customers"
      title={isSeller ? `No customer has the id ${id}` : 'This is not your own'}
      action={<ButtonLink to={isSeller ? paths.customers : '/'}>{isSeller ? 'To all customers' : 'To your own credits'}</ButtonLink>}
    >
      {isSeller ? 'It may have been typed wrongly, or belong to another environment.' : 'Your link shows your own credits, usage and ledger.'}
    </State>
  );
}

/** Its line is there before the customer is known: nothing moves then. */
function PlanOf({ customer }: { readonly customer: HeadCustomer | null | undefined }) {
  if (!customer) return <code>{'\u00a0'}</code>;
  const { id, planVersion, archivedAt } = customer;
  return (
    <>
      <code>{id}</code> · {planVersion ? `Plan ${planVersion.plan.name}, version ${planVersion.number}` : 'No plan'}{' '}
      {archivedAt != null && <Badge>Archived</Badge>}
    </>
  );
}
