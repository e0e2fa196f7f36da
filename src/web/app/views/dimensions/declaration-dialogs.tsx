import { useState, type SubmitEvent } from 'react';
import { useAnswer, useChange } from '../../api/use-api';
import { CheckField } from '../../components/check-field';
import { ConfirmDialog, Dialog } from '../../components/dialog';
import { FormActions, FormFailure, problemAt, SelectField, TextAreaField, TextField } from '../../components/field';
import { Loading } from '../../components/state';
import { useToast } from '../../components/toast';
import { useFields } from '../../forms/use-fields';
import { DeclarationsProposed, DeclareDimension, UndeclareDimension } from '../../generated/dimensions';
import { useDialogAddress } from '../../navigation/use-dialog-address';
import { inputFrom, textsOf, TYPE_NAMES, type Declaration, type DeclarationTexts } from './declaration';

const TYPES = Object.entries(TYPE_NAMES).map(([value, label]) => ({ value, label }));

interface DialogsProps {
  readonly featureId: string;
  readonly declared: readonly Declaration[];
}

/** What can be said of dimensions, as the address asks for it. */
export function DeclarationDialogs({ featureId, declared }: DialogsProps) {
  const { open, subject, close } = useDialogAddress();
  const known = declared.find(({ name }) => name === subject) ?? null;
  if (open === 'remove' && subject !== null) return <RemoveDialog featureId={featureId} name={subject} onDone={close} />;
  if (open === 'new')
    return (
      <Dialog title="Declare a dimension" onClose={close}>
        {subject === null ? (
          <DeclarationForm featureId={featureId} start={null} isKnown={false} onDone={close} />
        ) : (
          <ProposedForm featureId={featureId} name={subject} onDone={close} />
        )}
      </Dialog>
    );
  if (open === 'edit' && known)
    return (
      <Dialog title={`Dimension ${known.name}`} onClose={close}>
        <DeclarationForm featureId={featureId} start={known} isKnown onDone={close} />
      </Dialog>
    );
  return null;
}

/** Begins with what its traffic says. */
function ProposedForm({ featureId, name, onDone }: { readonly featureId: string; readonly name: string; readonly onDone: () => void }) {
  const { data, isLoading } = useAnswer(DeclarationsProposed, { featureId });
  if (isLoading) return <Loading />;
  const proposed = data?.proposeDimensionDeclarations.find(({ declaration }) => declaration.name === name)?.declaration ?? null;
  return <DeclarationForm featureId={featureId} start={proposed} isKnown={false} onDone={onDone} />;
}

interface FormProps {
  readonly featureId: string;
  readonly start: Declaration | null;
  readonly isKnown: boolean;
  readonly onDone: () => void;
}

const FIELDS: readonly (keyof DeclarationTexts)[] = ['name', 'type', 'description', 'allowedValues', 'lowest', 'highest', 'aliases'];

function DeclarationForm({ featureId, start, isKnown, onDone }: FormProps) {
  const say = useToast();
  const { values, field } = useFields(textsOf(start));
  const [required, setRequired] = useState(start?.required ?? false);
  const declare = useChange(DeclareDimension, ({ setDimensionDeclaration: { declaration } }) => {
    say(`Dimension ${declaration.name} was declared. Reports are held to it from now on.`);
    onDone();
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    declare.mutate({ input: inputFrom(featureId, values, required) });
  };
  const at = (name: keyof DeclarationTexts) => ({ ...field(name), problem: problemAt(declare.error, name) });
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <FormFailure error={declare.error} fields={FIELDS} />
      <TextField label="Name" {...at('name')} readOnly={isKnown} hint={isKnown ? 'It cannot be changed.' : 'As events are reported with it.'} />
      <SelectField label="Type" {...at('type')} options={TYPES} hint="Events with another type are refused." />
      <CheckField label="Every event must have it" checked={required} onChange={setRequired} />
      {values.type !== 'BOOLEAN' && (
        <TextAreaField label="Allowed values" required={false} {...at('allowedValues')} hint="One on each line; others are refused. Empty: any." />
      )}
      {values.type === 'NUMBER' && (
        <div className="form-grid">
          <TextField label="At least" required={false} inputMode="decimal" {...at('lowest')} />
          <TextField label="At most" required={false} inputMode="decimal" {...at('highest')} />
        </div>
      )}
      <TextField label="Description" required={false} {...at('description')} hint="What it means, for people." />
      <TextField
        label="Former names"
        required={false}
        {...at('aliases')}
        hint="With commas between them. Reports and formulas with one of them go on working; they cannot be taken back."
      />
      <FormActions action={isKnown ? 'Save' : 'Declare'} busy={declare.isPending} onCancel={onDone} />
    </form>
  );
}

function RemoveDialog({ featureId, name, onDone }: { readonly featureId: string; readonly name: string; readonly onDone: () => void }) {
  const say = useToast();
  const remove = useChange(UndeclareDimension, () => {
    say(`The declaration of ${name} was taken back.`);
    onDone();
  });
  return (
    <ConfirmDialog
      title={`Take back the declaration of ${name}?`}
      action="Take back"
      busy={remove.isPending}
      onConfirm={() => remove.mutate({ input: { featureId, name } })}
      onClose={onDone}
    >
      <FormFailure error={remove.error} fields={[]} />
      <p>Reports are no longer held to it. What was reported stays as it is.</p>
    </ConfirmDialog>
  );
}
