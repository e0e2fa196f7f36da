import { useChange } from '../../api/use-api';
import { Amount } from '../../components/amount';
import { Button } from '../../components/button';
import { Fact, Facts } from '../../components/card';
import { ConfirmDialog, Dialog } from '../../components/dialog';
import { FormFailure } from '../../components/field';
import { Answered, State } from '../../components/state';
import { useToast } from '../../components/toast';
import { useAnswer } from '../../api/use-api';
import { differenceText } from '../../format/difference';
import { grantName } from '../../format/grant';
import { GrantsForSeller, VoidGrant, type GrantsForSellerQuery, type GrantStatus } from '../../generated/credits';
import { useDialogAddress } from '../../navigation/use-dialog-address';
import { useBalance } from './use-balance';

type Grant = GrantsForSellerQuery['creditGrants']['edges'][number]['node'];

interface VoidDialogProps {
  readonly customerId: string;
  readonly grantId: string;
}

/** Says what will be lost before it takes it back. */
export function VoidDialog({ customerId, grantId }: VoidDialogProps) {
  const { close } = useDialogAddress();
  const active = useOpenGrants(customerId, 'ACTIVE');
  const scheduled = useOpenGrants(customerId, 'SCHEDULED');
  const found = [active, scheduled].flatMap(({ data }) => data?.creditGrants.edges ?? []).find(({ node }) => node.id === grantId)?.node;
  if (found) return <ConfirmVoid customerId={customerId} grant={found} onClose={close} />;
  return (
    <Dialog title="Void grant" onClose={close}>
      <Answered query={active.data ? scheduled : active}>
        {() => (
          <State icon="empty" title="This grant has ended" action={<Button onClick={close}>Close</Button>}>
            Nothing is left of it that could be taken back.
          </State>
        )}
      </Answered>
    </Dialog>
  );
}

function useOpenGrants(customerId: string, status: GrantStatus) {
  return useAnswer(GrantsForSeller, { customerId, status, first: 100, after: null });
}

function ConfirmVoid({ customerId, grant, onClose }: { readonly customerId: string; readonly grant: Grant; readonly onClose: () => void }) {
  const say = useToast();
  const balance = useBalance(customerId, grant);
  const unit = grant.currency.unitPlural;
  const hasStarted = grant.status === 'ACTIVE';
  const take = useChange(VoidGrant, () => {
    say('The grant was voided.');
    onClose();
  });
  return (
    <ConfirmDialog
      title={`Void ${grantName(grant)}?`}
      action="Void grant"
      busy={take.isPending}
      onConfirm={() => take.mutate({ input: { grantId: grant.id } })}
      onClose={onClose}
    >
      <FormFailure error={take.error} fields={[]} />
      <p>
        {hasStarted ? 'What is left of it is taken back at once. What was used stays used.' : 'It has not started: none of it can be used any more.'}{' '}
        This cannot be undone; the ledger says that it was voided.
      </p>
      <Facts inRows>
        <Fact label="Taken back">
          <Amount value={grant.remaining} unit={unit} />
        </Fact>
        {balance !== null && (
          <Fact label="New balance">
            <Amount value={hasStarted ? (differenceText(grant.remaining, balance) ?? balance) : balance} unit={unit} />
          </Fact>
        )}
      </Facts>
    </ConfirmDialog>
  );
}
