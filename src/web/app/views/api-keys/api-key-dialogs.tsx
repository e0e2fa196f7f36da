import { useState, type SubmitEvent } from 'react';
import { useChange } from '../../api/use-api';
import { Button } from '../../components/button';
import { CodeBlock } from '../../components/code-block';
import { ConfirmDialog, Dialog } from '../../components/dialog';
import { FormActions, FormFailure, problemAt, SelectField, TextField } from '../../components/field';
import { useToast } from '../../components/toast';
import { useFields } from '../../forms/use-fields';
import { CreateApiKey, RevokeApiKey, type Role } from '../../generated/api-keys';
import { useDialogAddress } from '../../navigation/use-dialog-address';

const ROLES: readonly { readonly value: Role; readonly label: string }[] = [
  { value: 'WRITER', label: 'Writer: reports usage and reads' },
  { value: 'READER', label: 'Reader: reads only' },
  { value: 'ADMIN', label: 'Admin: everything' },
];

interface KnownKey {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
}

/** `keys`: those that are listed, for their names. */
export function ApiKeyDialogs({ keys }: { readonly keys: readonly KnownKey[] }) {
  const { open, subject, close } = useDialogAddress();
  if (open === 'new') return <NewKeyDialog onClose={close} />;
  if (open !== 'revoke' || subject === null) return null;
  return <RevokeDialog id={subject} known={keys.find(({ id }) => id === subject)} onClose={close} />;
}

function NewKeyDialog({ onClose }: { readonly onClose: () => void }) {
  const [secret, setSecret] = useState<string | null>(null);
  const { values, field } = useFields({ name: '', role: 'WRITER' });
  const create = useChange(CreateApiKey, ({ createApiKey }) => setSecret(createApiKey.secret));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    create.mutate({ input: { name: values.name, role: values.role as Role } });
  };
  return (
    <Dialog title={secret === null ? 'New key' : 'Copy the secret now'} onClose={onClose} wide={secret !== null}>
      {secret === null ? (
        <form className="stack" onSubmit={submit} noValidate>
          <FormFailure error={create.error} fields={['name', 'role']} />
          <TextField label="Name" hint="What it is for, such as billing service." {...field('name')} problem={problemAt(create.error, 'name')} />
          <SelectField label="Role" options={ROLES} {...field('role')} problem={problemAt(create.error, 'role')} />
          <FormActions action="Create key" busy={create.isPending} onCancel={onClose} />
        </form>
      ) : (
        <NewSecret secret={secret} onClose={onClose} />
      )}
    </Dialog>
  );
}

function NewSecret({ secret, onClose }: { readonly secret: string; readonly onClose: () => void }) {
  return (
    <div className="stack">
      <p>
        It is not stored, so this is the only time it is shown. It goes into the header <code className="nowrap">X-API-Key</code>.
      </p>
      <CodeBlock label="Secret" code={secret} wraps />
      <div className="dialog-actions">
        <Button look="primary" onClick={onClose}>
          I have copied it
        </Button>
      </div>
    </div>
  );
}

interface RevokeProps {
  readonly id: string;
  readonly known: KnownKey | undefined;
  readonly onClose: () => void;
}

function RevokeDialog({ id, known, onClose }: RevokeProps) {
  const say = useToast();
  const revoke = useChange(RevokeApiKey, () => {
    say('The key was revoked.');
    onClose();
  });
  return (
    <ConfirmDialog
      title={`Revoke ${known?.name ?? 'this key'}?`}
      action="Revoke key"
      busy={revoke.isPending}
      onConfirm={() => revoke.mutate({ input: { id } })}
      onClose={onClose}
    >
      <FormFailure error={revoke.error} fields={[]} />
      <p>
        {known ? (
          <>
            Whoever uses the key <code>{known.prefix}…</code>
          </>
        ) : (
          'Whoever uses it'
        )}{' '}
        is refused within a second, and that is for good.
      </p>
    </ConfirmDialog>
  );
}
