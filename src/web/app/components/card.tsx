import './card.css';
import { useId, type ReactNode } from 'react';

interface CardProps {
  readonly title?: ReactNode;
  readonly hint?: ReactNode;
  readonly actions?: ReactNode;
  /** Without space around its content, as for a table that reaches the edges. */
  readonly flush?: boolean;
  readonly children: ReactNode;
}

/** A section of a page with an edge of its own. */
export function Card({ title, hint, actions, flush = false, children }: CardProps) {
  const id = useId();
  return (
    <section className="card" aria-labelledby={title === undefined ? undefined : id}>
      {(title !== undefined || actions) && (
        <header className="card-head">
          <div>
            {title !== undefined && <h2 id={id}>{title}</h2>}
            {hint && <p className="muted small">{hint}</p>}
          </div>
          {actions && <div className="row">{actions}</div>}
        </header>
      )}
      <div className={flush ? 'card-flush' : 'card-body'}>{children}</div>
    </section>
  );
}

interface FactProps {
  readonly label: string;
  readonly children: ReactNode;
  readonly note?: ReactNode;
}

interface FactsProps {
  readonly children: ReactNode;
  /** Each in a row of its own, beside its name, as what is to be confirmed. */
  readonly inRows?: boolean;
}

/** Facts side by side, each under its name. */
export function Facts({ children, inRows = false }: FactsProps) {
  return <dl className={inRows ? 'fact-rows' : 'facts'}>{children}</dl>;
}

export function Fact({ label, children, note }: FactProps) {
  return (
    <div className="fact">
      <dt>{label}</dt>
      <dd>{children}</dd>
      {note && <dd className="fact-note">{note}</dd>}
    </div>
  );
}
