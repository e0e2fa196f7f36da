import './alert.css';
import type { ReactNode } from 'react';

interface AlertProps {
  readonly title: string;
  /** `bad`: it was refused, and something must be mended first. */
  readonly tone?: 'warn' | 'bad';
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** Something has come between, and here is how to go on. */
export function Alert({ title, tone = 'warn', actions, children }: AlertProps) {
  return (
    <div className={`alert alert-${tone}`} role="alert">
      <div>
        <strong>{title}</strong>
        <div>{children}</div>
      </div>
      {actions && <div className="row">{actions}</div>}
    </div>
  );
}
