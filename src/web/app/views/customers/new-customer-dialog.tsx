import { useState, type SubmitEvent } from 'react';
import { useLocation } from 'wouter';
import { useAnswer, useChange } from '../../api/use-api';
import { Dialog } from '../../components/dialog';
import { FormActions, FormFailure, problemAt, SelectField, TextField } from '../../components/field';
import { useToast } from '../../components/toast';
import { idFromName } from '../../forms/names';
import { useFields } from '../../forms/use-fields';
import { CreateCustomer, PlansToChoose } from '../../generated/customers';
import { paths } from '../../navigation/paths';
import { useDialogAddress } from '../../navigation/use-dialog-address';

const FIELDS = ['id', 'name', 'planId'] as const;

export function NewCustomerDialog() {
  const { close } = useDialogAddress();
  const say = useToast();
  const [, navigate] = useLocation();
  const plans = useAnswer(PlansToChoose, {}).data?.plans.edges.map(({ node }) => node) ?? [];
  const { values, field, set } = useFields({ id: '', name: '', planId: '' });
  const [hasOwnId, setHasOwnId] = useState(false);
  const create = useChange(CreateCustomer, ({ createCustomer }) => {
    say(`Customer ${createCustomer.customer.id} was created.`);
    navigate(paths.credits(createCustomer.customer.id));
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    create.mutate({ input: { ...values, planId: values.planId || null } });
  };
  const at = (name: (typeof FIELDS)[number]) => ({ ...field(name), problem: problemAt(create.error, name) });
  return (
    <Dialog title="New customer" onClose={close}>
      <form className="stack" onSubmit={submit} noValidate>
        <FormFailure error={create.error} fields={FIELDS} />
        <TextField
          label="Name"
          {...at('name')}
          placeholder="Brightwater"
          onChange={(event) => {
            set('name', event.target.value);
            if (!hasOwnId) set('id', idFromName(event.target.value));
          }}
        />
        <TextField
          label="Id"
          {...at('id')}
          hint="As your own system calls it. It cannot be changed later."
          onChange={(event) => {
            setHasOwnId(true);
            set('id', event.target.value);
          }}
        />
        <SelectField
          label="Plan"
          {...at('planId')}
          hint="Its rates price the customer’s usage from now on."
          options={[{ value: '', label: 'None' }, ...plans.map(({ id, name }) => ({ value: id, label: name }))]}
        />
        <FormActions action="Create customer" busy={create.isPending} onCancel={close} />
      </form>
    </Dialog>
  );
}
