import { useChange } from '../../api/use-api';
import { ConfirmDialog } from '../../components/dialog';
import { FormFailure } from '../../components/field';
import { useToast } from '../../components/toast';
import { minuteText, zoneText } from '../../format/instant';
import { CancelPublication, DiscardPlanDraft } from '../../generated/plan';
import { useDialogAddress } from '../../navigation/use-dialog-address';
import type { PlanShown } from './plan-page';
import { scheduledOf } from './scheduled';

/** What can be taken back: a draft, and a publication that is not effective yet. */
export function VersionDialogs({ plan }: { readonly plan: PlanShown }) {
  const { open, subject, close } = useDialogAddress();
  if (open === 'discard' && plan.draft) return <DiscardDialog planId={plan.id} version={plan.draft.number} onDone={close} />;
  if (open === 'cancel-publication' && subject !== null) return <CancelDialog plan={plan} id={subject} onDone={close} />;
  return null;
}

function DiscardDialog({ planId, version, onDone }: { readonly planId: string; readonly version: number; readonly onDone: () => void }) {
  const say = useToast();
  const discard = useChange(DiscardPlanDraft, () => {
    say(`The draft of version ${version} was discarded.`);
    onDone();
  });
  return (
    <ConfirmDialog
      title={`Discard the draft of version ${version}?`}
      action="Discard draft"
      busy={discard.isPending}
      onConfirm={() => discard.mutate({ input: { planId, version } })}
      onClose={onDone}
    >
      <FormFailure error={discard.error} fields={[]} />
      <p>Its prices are lost. What is published stays as it is.</p>
    </ConfirmDialog>
  );
}

function CancelDialog({ plan, id, onDone }: { readonly plan: PlanShown; readonly id: string; readonly onDone: () => void }) {
  const say = useToast();
  const publication = scheduledOf(plan).find((one) => one.id === id);
  const cancel = useChange(CancelPublication, () => {
    say('The publication was cancelled.');
    onDone();
  });
  return (
    <ConfirmDialog
      title={publication ? `Cancel the publication of version ${publication.planVersion.number}?` : 'Cancel this publication?'}
      action="Cancel publication"
      cancel="Keep it"
      busy={cancel.isPending}
      onConfirm={() => cancel.mutate({ input: { id } })}
      onClose={onDone}
    >
      <FormFailure error={cancel.error} fields={[]} />
      <p>
        {`It will not take effect${publication ? ` on ${minuteText(publication.effectiveAt)} ${zoneText(publication.effectiveAt)}` : ''}.`} The
        version stays and can be published again.
      </p>
    </ConfirmDialog>
  );
}
