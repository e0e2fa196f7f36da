import type { RouteComponentProps } from 'wouter';
import { CustomerPage } from '../customer/customer-page';
import { LedgerFilters } from './ledger-filters';
import { LedgerList } from './ledger-list';
import { Verification, VerifyButton } from './verification';

export default function LedgerPage({ params: { id } }: RouteComponentProps<{ id: string }>) {
  return (
    <CustomerPage id={id} view="ledger" actions={<VerifyButton />}>
      {(customer) => (
        <div className="stack">
          <Verification customerId={customer.id} />
          <LedgerFilters customerId={customer.id} />
          <LedgerList customerId={customer.id} />
        </div>
      )}
    </CustomerPage>
  );
}
