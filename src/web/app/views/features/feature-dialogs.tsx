import { useState, type SubmitEvent } from 'react';
import { useAnswer, useChange } from '../../api/use-api';
import { ArchiveDialog } from '../../components/archive-dialog';
import { Dialog } from '../../components/dialog';
import { FormActions, FormFailure, problemAt, TextField } from '../../components/field';
import { Answered, State } from '../../components/state';
import { useToast } from '../../components/toast';
import { idFromName, namesFrom } from '../../forms/names';
import { useFields } from '../../forms/use-fields';
import { ArchiveFeature, CreateFeature, FeatureToEdit, UpdateFeature, type FeatureToEditQuery } from '../../generated/features';
import { useDialogAddress } from '../../navigation/use-dialog-address';

type Feature = NonNullable<FeatureToEditQuery['feature']>;

const FIELDS = ['id', 'name', 'unit', 'looseDimensions', 'rolledUpDimensions'] as const;

/** What few features need. */
const OPTIONS = ['looseDimensions', 'rolledUpDimensions'] as const;

/** What can be done to features, as the address asks for it. */
export function FeatureDialogs() {
  const { open, subject, close } = useDialogAddress();
  if (open === 'new')
    return (
      <Dialog title="New feature" onClose={close}>
        <NewFeature onDone={close} />
      </Dialog>
    );
  if (open === 'edit' && subject !== null)
    return (
      <Dialog title="Edit feature" onClose={close}>
        <EditFeature id={subject} onDone={close} />
      </Dialog>
    );
  if (open === 'archive' && subject !== null) return <ArchiveFeatureDialog id={subject} onDone={close} />;
  return null;
}

interface FormProps {
  readonly start: Record<(typeof FIELDS)[number], string>;
  readonly isNew: boolean;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly onSubmit: (values: Record<(typeof FIELDS)[number], string>) => void;
  readonly onCancel?: () => void;
}

function FeatureForm({ start, isNew, busy, error, onSubmit, onCancel }: FormProps) {
  const { values, field, set } = useFields(start);
  const [hasOwnId, setHasOwnId] = useState(!isNew);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onSubmit(values);
  };
  const at = (name: (typeof FIELDS)[number]) => ({ ...field(name), problem: problemAt(error, name) });
  const nameProps = at('name');
  const hasOptions = OPTIONS.some((name) => start[name] !== '' || problemAt(error, name) !== null);
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <FormFailure error={error} fields={FIELDS} />
      <TextField
        label="Name"
        {...nameProps}
        placeholder="e.g. Chat completion"
        onChange={(event) => {
          nameProps.onChange(event);
          if (!hasOwnId) set('id', idFromName(event.target.value));
        }}
      />
      <TextField
        label="Id"
        {...at('id')}
        hint={isNew ? 'The id your code uses when it reports usage. It cannot be changed later.' : 'It cannot be changed.'}
        readOnly={!isNew}
        onChange={(event) => {
          setHasOwnId(true);
          set('id', event.target.value);
        }}
      />
      <TextField label="Unit" {...at('unit')} hint="What usage is counted in, such as request or token." />
      <details className="more-options" open={hasOptions}>
        <summary>More options</summary>
        <div className="stack">
          <TextField
            label="Dimensions that are always loose"
            required={false}
            {...at('looseDimensions')}
            hint="Names with commas between them, such as request_id: kept with each event, and not in the dictionary that events share."
          />
          <TextField
            label="Dimensions that are never loose"
            required={false}
            {...at('rolledUpDimensions')}
            hint="They stay in that dictionary, however many values they have; others leave it where they have too many."
          />
        </div>
      </details>
      <FormActions action={isNew ? 'Create feature' : 'Save'} busy={busy} {...(onCancel && { onCancel })} />
    </form>
  );
}

/** Also a step of an empty environment, where there is nothing to go back to. */
export function NewFeature({ onDone, canCancel = true }: { readonly onDone: () => void; readonly canCancel?: boolean }) {
  const say = useToast();
  const create = useChange(CreateFeature, ({ createFeature }) => {
    say(`Feature ${createFeature.feature.id} was created.`);
    onDone();
  });
  const start = { id: '', name: '', unit: 'request', looseDimensions: '', rolledUpDimensions: '' };
  return (
    <FeatureForm
      start={start}
      isNew
      busy={create.isPending}
      error={create.error}
      {...(canCancel && { onCancel: onDone })}
      onSubmit={({ looseDimensions, rolledUpDimensions, ...rest }) =>
        create.mutate({ input: { ...rest, looseDimensions: namesFrom(looseDimensions), rolledUpDimensions: namesFrom(rolledUpDimensions) } })
      }
    />
  );
}

function EditFeature({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const query = useAnswer(FeatureToEdit, { id });
  return (
    <Answered query={query}>
      {({ feature }) =>
        feature ? (
          <EditFeatureForm feature={feature} onDone={onDone} />
        ) : (
          <State icon="empty" title="There is no such feature">
            {id}
          </State>
        )
      }
    </Answered>
  );
}

function EditFeatureForm({ feature, onDone }: { readonly feature: Feature; readonly onDone: () => void }) {
  const say = useToast();
  const update = useChange(UpdateFeature, () => {
    say(`Feature ${feature.id} was saved.`);
    onDone();
  });
  const { id, name, unit, looseDimensions, rolledUpDimensions } = feature;
  const start = { id, name, unit, looseDimensions: looseDimensions.join(', '), rolledUpDimensions: rolledUpDimensions.join(', ') };
  return (
    <FeatureForm
      start={start}
      isNew={false}
      busy={update.isPending}
      error={update.error}
      onCancel={onDone}
      onSubmit={(values) =>
        update.mutate({
          input: {
            id,
            name: values.name,
            unit: values.unit,
            looseDimensions: namesFrom(values.looseDimensions),
            rolledUpDimensions: namesFrom(values.rolledUpDimensions),
          },
        })
      }
    />
  );
}

function ArchiveFeatureDialog({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const say = useToast();
  const name = useAnswer(FeatureToEdit, { id }).data?.feature?.name ?? id;
  const archive = useChange(ArchiveFeature, () => {
    say(`Feature ${id} was archived.`);
    onDone();
  });
  return (
    <ArchiveDialog
      what="feature"
      name={name}
      error={archive.error}
      busy={archive.isPending}
      onConfirm={() => archive.mutate({ input: { id } })}
      onClose={onDone}
    >
      Nothing can be reported for it or priced with it any more, and that is for good. Its usage stays in the ledger and in breakdowns.
    </ArchiveDialog>
  );
}
