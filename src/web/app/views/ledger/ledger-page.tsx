import type { RouteComponentProps } from 'wouter';
import { CustomerPage } from '../customer/customer-page';
import { LedgerList } from './ledger-list';
import { Verification, VerifyButton } from './verification';

/** It is asked for together with the customer, and is there before its name. */
export default function LedgerPage({ params: { id } }: RouteComponentProps<{ id: string }>) {
  const ledger = (
    <div className="stack">
      <Verification customerId={id} />
      <LedgerList customerId={id} />
    </div>
  );
  return (
    <CustomerPage id={id} view="ledger" actions={<VerifyButton />} meanwhile={ledger}>
      {() => ledger}
    </CustomerPage>
  );
}
