import './dialog.css';
import { useEffect, useId, useRef, type ReactNode } from 'react';
import { Button } from './button';
import { Icon } from './icon';

/** Where typing begins; without a field, at the buttons. */
const FIRST_FIELD = '.dialog-body :is(input, select, textarea, button):not([readonly])';

/** What is asked for first may still be loading; whoever has gone elsewhere meanwhile stays there. Gives what ends the waiting. */
function focusWhenThere(dialog: HTMLDialogElement): () => void {
  const start = document.activeElement;
  const focusFirst = (): boolean => {
    const field = dialog.querySelector<HTMLElement>(FIRST_FIELD);
    if (field && document.activeElement === start) field.focus();
    return field !== null;
  };
  if (focusFirst()) return () => undefined;
  const observer = new MutationObserver(() => focusFirst() && observer.disconnect());
  observer.observe(dialog, { childList: true, subtree: true });
  return () => observer.disconnect();
}

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** For forms that need the room. */
  readonly wide?: boolean;
}

/** A question in front of the page, which rests meanwhile. The browser keeps the focus inside; Escape closes. Shown for as long as it is rendered. */
export function Dialog({ title, onClose, wide = false, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current!;
    const opener = document.activeElement;
    dialog.showModal();
    const stopWaiting = focusWhenThere(dialog);
    return () => {
      stopWaiting();
      dialog.close();
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className={`dialog ${wide ? 'dialog-wide' : ''}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header className="dialog-head">
        <h2 id={id}>{title}</h2>
        <Button look="quiet" onClick={onClose} aria-label="Close">
          <Icon name="close" />
        </Button>
      </header>
      <div className="dialog-body">{children}</div>
    </dialog>
  );
}

interface ConfirmProps {
  readonly title: string;
  readonly action: string;
  /** What leaves things as they are. */
  readonly cancel?: string;
  readonly busy?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Asks before something that cannot be taken back, and says what it will do. */
export function ConfirmDialog({ title, action, cancel = 'Cancel', busy = false, onConfirm, onClose, children }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="stack">
        {children}
        <div className="dialog-actions">
          <Button onClick={onClose}>{cancel}</Button>
          <Button look="danger" busy={busy} onClick={onConfirm}>
            {action}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
