import './toast.css';
import { createContext, use, useCallback, useMemo, useRef, useState, type ReactNode } from 'react';
import { Icon } from './icon';

interface Toast {
  readonly number: number;
  readonly text: string;
}

const SHOWN_MS = 5_000;
const ToastContext = createContext<((text: string) => void) | null>(null);

/** Says for a moment that something was done, also to those who do not see it. What is wrong is never said here: it would be gone. */
export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const count = useRef(0);
  const say = useCallback((text: string) => {
    count.current += 1;
    const number = count.current;
    setToasts((shown) => [...shown, { number, text }]);
    setTimeout(() => setToasts((shown) => shown.filter((toast) => toast.number !== number)), SHOWN_MS);
  }, []);
  const list = useMemo(
    () =>
      toasts.map(({ number, text }) => (
        <p key={number} className="toast">
          <Icon name="check" />
          {text}
        </p>
      )),
    [toasts],
  );
  return (
    <ToastContext value={say}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {list}
      </div>
    </ToastContext>
  );
}

export function useToast(): (text: string) => void {
  const say = use(ToastContext);
  if (!say) throw new Error('There are no toasts around this.');
  return say;
}
