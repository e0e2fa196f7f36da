import { useState, type SubmitEvent } from 'react';
import { useAnswer, useChange } from '../../api/use-api';
import { ArchiveDialog } from '../../components/archive-dialog';
import { Dialog } from '../../components/dialog';
import { FormActions, FormFailure, problemAt, TextField } from '../../components/field';
import { Answered, State } from '../../components/state';
import { useToast } from '../../components/toast';
import { idFromName } from '../../forms/names';
import { useFields } from '../../forms/use-fields';
import { ArchiveCurrency, CreateCurrency, CurrencyToEdit, UpdateCurrency } from '../../generated/currencies';
import { useDialogAddress } from '../../navigation/use-dialog-address';

const START = { id: '', name: '', symbol: '', unitSingular: 'credit', unitPlural: 'credits' };
type Values = typeof START;
const FIELDS = Object.keys(START);

/** What can be done to currencies, as the address asks for it. */
export function CurrencyDialogs() {
  const { open, subject, close } = useDialogAddress();
  if (open === 'new')
    return (
      <Dialog title="New currency" onClose={close}>
        <NewCurrency onDone={close} />
      </Dialog>
    );
  if (open === 'edit' && subject !== null)
    return (
      <Dialog title="Edit currency" onClose={close}>
        <EditCurrency id={subject} onDone={close} />
      </Dialog>
    );
  return open === 'archive' && subject !== null ? <ArchiveCurrencyDialog id={subject} onDone={close} /> : null;
}

interface FormProps {
  readonly start: Values;
  readonly isNew: boolean;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly onSubmit: (values: Values) => void;
  readonly onCancel?: () => void;
}

export function CurrencyForm({ start, isNew, busy, error, onSubmit, onCancel }: FormProps) {
  const { values, field, set } = useFields(start);
  const [hasOwnId, setHasOwnId] = useState(!isNew);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onSubmit(values);
  };
  const at = (name: keyof Values) => ({ ...field(name), problem: problemAt(error, name) });
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <FormFailure error={error} fields={FIELDS} />
      <TextField
        label="Name"
        {...at('name')}
        placeholder="e.g. Credits"
        onChange={(event) => {
          set('name', event.target.value);
          if (!hasOwnId) set('id', idFromName(event.target.value));
        }}
      />
      <TextField
        label="Id"
        {...at('id')}
        readOnly={!isNew}
        hint={isNew ? 'The id your code uses. It cannot be changed later.' : 'It cannot be changed.'}
        onChange={(event) => {
          setHasOwnId(true);
          set('id', event.target.value);
        }}
      />
      <div className="form-grid">
        <TextField label="One is called" {...at('unitSingular')} />
        <TextField label="Several are called" {...at('unitPlural')} />
        <TextField label="Symbol" required={false} {...at('symbol')} />
      </div>
      <FormActions action={isNew ? 'Create currency' : 'Save'} busy={busy} {...(onCancel && { onCancel })} />
    </form>
  );
}

/** Also the first step of an empty environment, where there is nothing to go back to. */
export function NewCurrency({
  onDone,
  start = START,
  canCancel = true,
}: {
  readonly onDone: () => void;
  readonly start?: Values;
  readonly canCancel?: boolean;
}) {
  const say = useToast();
  const create = useChange(CreateCurrency, ({ createCurrency }) => {
    say(`Currency ${createCurrency.currency.id} was created.`);
    onDone();
  });
  const submit = ({ symbol, ...values }: Values): void => create.mutate({ input: { ...values, symbol: symbol || null } });
  return <CurrencyForm start={start} isNew busy={create.isPending} error={create.error} onSubmit={submit} {...(canCancel && { onCancel: onDone })} />;
}

function EditCurrency({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const say = useToast();
  const query = useAnswer(CurrencyToEdit, { id });
  const update = useChange(UpdateCurrency, () => {
    say(`Currency ${id} was saved.`);
    onDone();
  });
  const submit = ({ symbol, ...values }: Values): void => update.mutate({ input: { ...values, symbol: symbol || null } });
  return (
    <Answered query={query}>
      {({ currency }) =>
        currency ? (
          <CurrencyForm
            start={{ ...currency, symbol: currency.symbol ?? '' }}
            isNew={false}
            busy={update.isPending}
            error={update.error}
            onSubmit={submit}
            onCancel={onDone}
          />
        ) : (
          <State icon="empty" title="There is no such currency">
            {id}
          </State>
        )
      }
    </Answered>
  );
}

function ArchiveCurrencyDialog({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const say = useToast();
  const name = useAnswer(CurrencyToEdit, { id }).data?.currency?.name ?? id;
  const archive = useChange(ArchiveCurrency, () => {
    say(`Currency ${id} was archived.`);
    onDone();
  });
  return (
    <ArchiveDialog
      what="currency"
      name={name}
      error={archive.error}
      busy={archive.isPending}
      onConfirm={() => archive.mutate({ input: { id } })}
      onClose={onDone}
    >
      Nothing can be granted or charged in it any more, and that is for good. Its history stays.
    </ArchiveDialog>
  );
}
