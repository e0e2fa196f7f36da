import { useAddress } from './use-address';

export interface DialogAddress {
  /** Which dialog is open; null: none. */
  readonly open: string | null;
  /** The id of what it is about. */
  readonly subject: string | null;
  show(dialog: string, subject?: string): void;
  close(): void;
}

/** Which dialog is open is part of the address, too: `?dialog=edit&subject=chat`. Back closes it. */
export function useDialogAddress(): DialogAddress {
  const { text, change } = useAddress();
  return {
    open: text('dialog'),
    subject: text('subject'),
    show: (dialog, subject) => change({ ...cursorsOf(text), dialog, subject: subject ?? null }),
    close: () => change({ ...cursorsOf(text), dialog: null, subject: null }, { replace: true }),
  };
}

/** The page behind a dialog stays where it is. */
function cursorsOf(text: (name: string) => string | null) {
  return { after: text('after'), before: text('before') };
}
