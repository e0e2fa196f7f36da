import { useState, type SubmitEvent } from 'react';
import { useChange } from '../../api/use-api';
import { FormActions, FormFailure, problemAt, TextField } from '../../components/field';
import { idFromName } from '../../forms/names';
import { newKey } from '../../forms/new-key';
import { useFields } from '../../forms/use-fields';
import { GrantCredits } from '../../generated/credits';
import { CreateCustomer } from '../../generated/customers';

/** A customer on the plan that was published. */
export function CustomerStep({ planId }: { readonly planId: string }) {
  const { values, field } = useFields({ name: 'Acme' });
  const create = useChange(CreateCustomer);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    create.mutate({ input: { id: idFromName(values.name), name: values.name, planId } });
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <FormFailure error={create.error} fields={['name']} />
      <TextField
        label="Name"
        {...field('name')}
        hint={`Its id will be ${idFromName(values.name) || '…'}.`}
        problem={problemAt(create.error, 'name')}
      />
      <FormActions action="Create customer" busy={create.isPending} />
    </form>
  );
}

interface GrantStepProps {
  readonly currency: { readonly id: string; readonly unitPlural: string };
  readonly customer: { readonly id: string; readonly name: string };
}

export function GrantStep({ currency, customer }: GrantStepProps) {
  const { values, field } = useFields({ amount: '1000' });
  const [idempotencyKey] = useState(newKey);
  const grant = useChange(GrantCredits);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const amount = values.amount.replaceAll(',', '').trim();
    grant.mutate({ input: { customerId: customer.id, currencyId: currency.id, amount, category: 'PAID', idempotencyKey } });
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <FormFailure error={grant.error} fields={['amount']} />
      <TextField
        label={`How many ${currency.unitPlural} ${customer.name} gets`}
        inputMode="decimal"
        {...field('amount')}
        problem={problemAt(grant.error, 'amount')}
      />
      <FormActions action="Grant credits" busy={grant.isPending} />
    </form>
  );
}
