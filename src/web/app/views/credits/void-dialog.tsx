import { useChange } from '../../api/use-api';
import { Amount } from '../../components/amount';
import { ConfirmDialog, Dialog } from '../../components/dialog';
import { FormFailure } from '../../components/field';
import { Answered, State } from '../../components/state';
import { useToast } from '../../components/toast';
import { useAnswer } from '../../api/use-api';
import { GrantsForSeller, VoidGrant, type GrantsForSellerQuery, type GrantStatus } from '../../generated/credits';
import { useDialogAddress } from '../../navigation/use-dialog-address';

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
  if (found) return <ConfirmVoid grant={found} onClose={close} />;
  return (
    <Dialog title="Void grant" onClose={close}>
      <Answered query={active.data ? scheduled : active}>
        {() => (
          <State icon="empty" title="This grant has ended">
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

function ConfirmVoid({ grant, onClose }: { readonly grant: Grant; readonly onClose: () => void }) {
  const say = useToast();
  const take = useChange(VoidGrant, () => {
    say('The grant was voided.');
    onClose();
  });
  return (
    <ConfirmDialog
      title="Void this grant?"
      action="Void grant"
      busy={take.isPending}
      onConfirm={() => take.mutate({ input: { grantId: grant.id } })}
      onClose={onClose}
    >
      <FormFailure error={take.error} fields={[]} />
      <p>
        What is left of it, <strong>{<Amount value={grant.remaining} unit={grant.currency.unitPlural} />}</strong>, is taken back from the customer’s
        balance at once. What was used of it stays used. This cannot be undone; it stands in the ledger as voided.
      </p>
      {grant.reason && <p className="muted">{grant.reason}</p>}
    </ConfirmDialog>
  );
}
