import { useState, type SubmitEvent } from 'react';
import { useLocation } from 'wouter';
import { useAnswer, useChange } from '../../api/use-api';
import { ArchiveDialog } from '../../components/archive-dialog';
import { Dialog } from '../../components/dialog';
import { FormActions, FormFailure, problemAt, TextField } from '../../components/field';
import { Answered } from '../../components/state';
import { useToast } from '../../components/toast';
import { idFromName } from '../../forms/names';
import { useFields } from '../../forms/use-fields';
import { ArchivePlan, CreatePlan, PlanToEdit, UpdatePlan } from '../../generated/plans';
import { paths } from '../../navigation/paths';
import { useDialogAddress } from '../../navigation/use-dialog-address';
import { PlanMissing } from './plan-missing';

/** What can be done to plans as a whole, as the address asks for it. */
export function PlanDialogs() {
  const { open, subject, close } = useDialogAddress();
  if (open === 'new')
    return (
      <Dialog title="New plan" onClose={close}>
        <NewPlan onCancel={close} />
      </Dialog>
    );
  if (open === 'edit' && subject !== null)
    return (
      <Dialog title="Rename plan" onClose={close}>
        <RenamePlan id={subject} onDone={close} />
      </Dialog>
    );
  if (open === 'archive' && subject !== null) return <ArchivePlanDialog id={subject} onDone={close} />;
  return null;
}

function NewPlan({ onCancel }: { readonly onCancel: () => void }) {
  const say = useToast();
  const [, go] = useLocation();
  const { values, field, set } = useFields({ id: '', name: '' });
  const [hasOwnId, setHasOwnId] = useState(false);
  const create = useChange(CreatePlan, ({ createPlan }) => {
    say(`Plan ${createPlan.plan.id} was created.`);
    go(paths.plan(createPlan.plan.id));
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    create.mutate({ input: values });
  };
  const name = field('name');
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <FormFailure error={create.error} fields={['id', 'name']} />
      <TextField
        label="Name"
        {...name}
        placeholder="e.g. Pro"
        problem={problemAt(create.error, 'name')}
        onChange={(event) => {
          name.onChange(event);
          if (!hasOwnId) set('id', idFromName(event.target.value));
        }}
      />
      <TextField
        label="Id"
        {...field('id')}
        hint="The id your code uses when it puts a customer on the plan. It cannot be changed later."
        problem={problemAt(create.error, 'id')}
        onChange={(event) => {
          setHasOwnId(true);
          set('id', event.target.value);
        }}
      />
      <FormActions action="Create plan" busy={create.isPending} onCancel={onCancel} />
    </form>
  );
}

function RenamePlan({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const query = useAnswer(PlanToEdit, { id });
  return (
    <Answered query={query} lines={3}>
      {({ plan }) => (plan ? <RenamePlanForm id={id} start={plan.name} onDone={onDone} /> : <PlanMissing id={id} />)}
    </Answered>
  );
}

function RenamePlanForm({ id, start, onDone }: { readonly id: string; readonly start: string; readonly onDone: () => void }) {
  const say = useToast();
  const { values, field } = useFields({ name: start });
  const update = useChange(UpdatePlan, () => {
    say(`Plan ${id} was saved.`);
    onDone();
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    update.mutate({ input: { id, ...values } });
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <FormFailure error={update.error} fields={['name']} />
      <TextField label="Name" {...field('name')} problem={problemAt(update.error, 'name')} />
      <FormActions action="Save" busy={update.isPending} onCancel={onDone} />
    </form>
  );
}

function ArchivePlanDialog({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const say = useToast();
  const name = useAnswer(PlanToEdit, { id }).data?.plan?.name ?? id;
  const archive = useChange(ArchivePlan, () => {
    say(`Plan ${id} was archived.`);
    onDone();
  });
  return (
    <ArchiveDialog
      what="plan"
      name={name}
      error={archive.error}
      busy={archive.isPending}
      onConfirm={() => archive.mutate({ input: { id } })}
      onClose={onDone}
    >
      Only a plan without customers can be archived. No customer can be put on it any more, and that is for good. Late reports of times when customers
      were on it are still charged by it.
    </ArchiveDialog>
  );
}
