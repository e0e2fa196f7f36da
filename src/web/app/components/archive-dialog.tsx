import type { ReactNode } from 'react';
import { ConfirmDialog } from './dialog';
import { FormFailure } from './field';

interface ArchiveDialogProps {
  readonly what: string;
  /** As people know it; its id while that is asked for. */
  readonly name: string;
  readonly error: Error | null;
  readonly busy: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  /** What it will mean. */
  readonly children: ReactNode;
}

/** Archiving is for good, so it is asked for twice. */
export function ArchiveDialog({ what, name, error, busy, onConfirm, onClose, children }: ArchiveDialogProps) {
  return (
    <ConfirmDialog title={`Archive ${name}?`} action={`Archive ${what}`} busy={busy} onConfirm={onConfirm} onClose={onClose}>
      <FormFailure error={error} fields={[]} />
      <p>{children}</p>
    </ConfirmDialog>
  );
}
