import './alert.css';
import type { ReactNode } from 'react';

interface AlertProps {
  readonly title: string;
  readonly actions: ReactNode;
  readonly children: ReactNode;
}

/** Something has come between, and here is how to go on. */
export function Alert({ title, actions, children }: AlertProps) {
  return (
    <div className="alert" role="alert">
      <div>
        <strong>{title}</strong>
        <p>{children}</p>
      </div>
      <div className="row">{actions}</div>
    </div>
  );
}
