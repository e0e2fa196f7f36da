import type { RouteComponentProps } from 'wouter';
import { Button } from '../../components/button';
import { Icon } from '../../components/icon';
import { useDialogAddress } from '../../navigation/use-dialog-address';
import { useMayEdit } from '../../session/use-viewer';
import { CustomerPage } from '../customer/customer-page';
import { GrantDialog } from './grant-dialog';
import { GrantList } from './grant-list';
import { Pools } from './pools';
import { VoidDialog } from './void-dialog';

export default function CreditsPage({ params: { id } }: RouteComponentProps<{ id: string }>) {
  const mayEdit = useMayEdit();
  const { open, subject, show } = useDialogAddress();
  const grant = (
    <Button look="primary" onClick={() => show('grant')}>
      <Icon name="plus" size={14} />
      Grant credits
    </Button>
  );
  return (
    <CustomerPage id={id} view="credits" actions={mayEdit && grant}>
      {(customer) => (
        <>
          <Pools customer={customer} grant={mayEdit && customer.archivedAt == null && grant}>
            <GrantList customerId={customer.id} grant={mayEdit && customer.archivedAt == null && grant} />
          </Pools>
          {mayEdit && open === 'grant' && <GrantDialog customer={customer} />}
          {mayEdit && open === 'void' && subject !== null && <VoidDialog customerId={customer.id} grantId={subject} />}
        </>
      )}
    </CustomerPage>
  );
}
