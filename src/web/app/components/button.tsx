import './button.css';
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Link } from 'wouter';

type Look = 'primary' | 'plain' | 'danger' | 'quiet';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: Look;
  /** Under way: it cannot be pressed again, and says so. */
  readonly busy?: boolean;
}

export function Button({ look = 'plain', busy = false, className = '', type = 'button', disabled, children, ...rest }: ButtonProps) {
  return (
    <button {...rest} type={type} className={`button button-${look} ${className}`} disabled={disabled || busy} aria-busy={busy || undefined}>
      {busy && <span className="button-spinner" aria-hidden="true" />}
      {children}
    </button>
  );
}

interface ButtonLinkProps {
  readonly to: string;
  readonly look?: Look;
  readonly children: ReactNode;
}

export function ButtonLink({ to, look = 'plain', children }: ButtonLinkProps) {
  return (
    <Link to={to} className={`button button-${look}`}>
      {children}
    </Link>
  );
}
