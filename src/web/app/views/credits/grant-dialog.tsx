import { useState, type SubmitEvent } from 'react';
import { useAnswer, useChange } from '../../api/use-api';
import { Amount } from '../../components/amount';
import { Button } from '../../components/button';
import { Fact, Facts } from '../../components/card';
import { Dialog } from '../../components/dialog';
import { FormActions, FormFailure, problemAt, SelectField, TextField } from '../../components/field';
import { Answered } from '../../components/state';
import { useToast } from '../../components/toast';
import { groupDigits, sumAmounts } from '../../format/amount';
import { CATEGORY_NAMES } from '../../format/grant';
import { instantFromLocalInput, LOCAL_ZONE, minuteText, zoneText } from '../../format/instant';
import { newKey } from '../../forms/new-key';
import { useFields } from '../../forms/use-fields';
import { GrantCredits, type GrantCategory, type GrantCreditsMutationVariables } from '../../generated/credits';
import { CurrenciesToChoose } from '../../generated/customers';
import { useDialogAddress } from '../../navigation/use-dialog-address';
import type { HeadCustomer } from '../customer/customer-page';
import { useBalance } from './use-balance';

const START = { amount: '', currencyId: '', category: 'PAID', reason: '', resourceId: '', effectiveAt: '', expiresAt: '', priority: '' };
type Values = typeof START;
const FIELDS = Object.keys(START);

/** First what is granted, then once more to be confirmed. The key is made once, so that credits are granted once, however often it is sent. */
export function GrantDialog({ customer }: { readonly customer: HeadCustomer }) {
  const { close } = useDialogAddress();
  const say = useToast();
  const [idempotencyKey] = useState(newKey);
  const [given, setGiven] = useState<Values | null>(null);
  const [start, setStart] = useState(START);
  const currencies = useAnswer(CurrenciesToChoose, {});
  const grant = useChange(GrantCredits, ({ grantCredits }) => {
    say(`${groupDigits(grantCredits.grant.amount)} were granted to ${customer.name}.`);
    close();
  });
  const edit = (): void => {
    setStart(given!);
    setGiven(null);
  };
  return (
    <Dialog title={given ? 'Grant these credits?' : `Grant credits to ${customer.name}`} onClose={close} wide>
      <Answered query={currencies}>
        {({ currencies: { edges } }) => {
          const options = edges.map(({ node }) => ({ value: node.id, label: node.name }));
          const units = new Map(edges.map(({ node }) => [node.id, node.unitPlural]));
          const first = { ...start, currencyId: start.currencyId || (options[0]?.value ?? '') };
          if (!given) return <GrantForm start={first} currencies={options} error={grant.error} onSubmit={setGiven} onCancel={close} />;
          const send = (): void => grant.mutate({ input: inputFrom(customer.id, given, idempotencyKey) }, { onError: edit });
          return (
            <Confirmation
              customer={customer}
              given={given}
              unit={units.get(given.currencyId) ?? ''}
              busy={grant.isPending}
              onBack={edit}
              onConfirm={send}
            />
          );
        }}
      </Answered>
    </Dialog>
  );
}

function inputFrom(customerId: string, values: Values, idempotencyKey: string): GrantCreditsMutationVariables['input'] {
  return {
    customerId,
    currencyId: values.currencyId,
    amount: plainAmount(values.amount),
    category: values.category as GrantCategory,
    idempotencyKey,
    reason: values.reason || null,
    resourceId: values.resourceId || null,
    effectiveAt: instantFromLocalInput(values.effectiveAt),
    expiresAt: instantFromLocalInput(values.expiresAt),
    priority: values.priority === '' ? null : Math.trunc(Number(values.priority)),
  };
}

interface GrantFormProps {
  readonly start: Values;
  readonly currencies: readonly { readonly value: string; readonly label: string }[];
  readonly error: Error | null;
  readonly onSubmit: (values: Values) => void;
  readonly onCancel: () => void;
}

function GrantForm({ start, currencies, error, onSubmit, onCancel }: GrantFormProps) {
  const { values, field } = useFields<keyof Values>(start);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onSubmit(values);
  };
  const at = (name: keyof Values) => ({ ...field(name), problem: name === 'amount' ? amountProblem(error, start.amount) : problemAt(error, name) });
  const categories = Object.entries(CATEGORY_NAMES).map(([value, label]) => ({ value, label }));
  return (
    <form className="stack" onSubmit={submit}>
      <FormFailure error={error} fields={FIELDS} />
      <div className="form-grid">
        <TextField label="Amount" inputMode="decimal" placeholder="1000" {...at('amount')} required />
        <SelectField label="Currency" options={currencies} {...at('currencyId')} />
        <SelectField
          label="Category"
          options={categories}
          hint="Each grant is given once, whatever its category. Of equal priority and expiry, promotional are used first, then recurring, then paid."
          {...at('category')}
        />
        <TextField
          label="Priority"
          required={false}
          type="number"
          min={0}
          max={1_000_000}
          placeholder="0"
          hint="The lowest are used first; of equal ones, those that expire sooner."
          {...at('priority')}
        />
        <TextField
          label="From"
          required={false}
          type="datetime-local"
          hint={`Leave empty to start at once. ${LOCAL_ZONE} time.`}
          {...at('effectiveAt')}
        />
        <TextField label="Expires" required={false} type="datetime-local" hint="Leave empty for never." {...at('expiresAt')} />
      </div>
      <TextField label="Reason" required={false} placeholder="Order 4711" hint="For yourselves: the customer does not see it." {...at('reason')} />
      <TextField label="Resource" required={false} hint="Only where a workspace or project has a pool of its own." {...at('resourceId')} />
      <FormActions action="Review" busy={false} onCancel={onCancel} />
    </form>
  );
}

/** What is no number at all needs no word on digits. */
function amountProblem(error: Error | null, given: string): string | null {
  const isAmount = error !== null && 'code' in error && error.code === 'AMOUNT_INVALID';
  const problem = problemAt(error, 'amount') ?? (isAmount ? error.message : null);
  return problem && !/^\d+(\.\d+)?$/.test(plainAmount(given)) ? 'Enter a number above 0, such as 12.5.' : problem;
}

/** As it is typed or pasted, with its commas. */
function plainAmount(text: string): string {
  return text.replaceAll(',', '').trim();
}

interface ConfirmationProps {
  readonly customer: HeadCustomer;
  readonly given: Values;
  readonly unit: string;
  readonly busy: boolean;
  readonly onBack: () => void;
  readonly onConfirm: () => void;
}

function Confirmation({ customer, given, unit, busy, onBack, onConfirm }: ConfirmationProps) {
  const amount = plainAmount(given.amount);
  const balance = useBalance(customer.id, { currency: { id: given.currencyId }, resourceId: given.resourceId || null });
  const startsAtOnce = given.effectiveAt === '';
  const when = (text: string, otherwise: string): string => {
    const instant = instantFromLocalInput(text);
    return instant === null ? otherwise : `${minuteText(instant)} ${zoneText(instant)}`;
  };
  return (
    <div className="stack">
      <Facts inRows>
        <Fact label="To" note={customer.id}>
          {customer.name}
        </Fact>
        <Fact label="Amount">
          <Amount value={amount} unit={unit} />
        </Fact>
        <Fact label="Category">{CATEGORY_NAMES[given.category as GrantCategory]}</Fact>
        <Fact label="From">{when(given.effectiveAt, 'At once')}</Fact>
        <Fact label="Expires">{when(given.expiresAt, 'Never')}</Fact>
        <Fact label="Priority">{given.priority || '0'}</Fact>
        {given.resourceId && <Fact label="Pool of">{given.resourceId}</Fact>}
        {given.reason && <Fact label="Reason">{given.reason}</Fact>}
        {startsAtOnce && balance !== null && (
          <Fact label="New balance">
            <Amount value={sumAmounts([balance, amount])} unit={unit} />
          </Fact>
        )}
      </Facts>
      <p className="muted">They can be used {startsAtOnce ? 'at once' : 'as soon as they start'}. An overdraft is settled first.</p>
      <div className="dialog-actions">
        <Button onClick={onBack}>Back</Button>
        <Button look="primary" busy={busy} onClick={onConfirm}>
          Grant credits
        </Button>
      </div>
    </div>
  );
}
